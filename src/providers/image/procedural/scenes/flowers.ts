// flowers: a meadow in the light, each blossom of two rings of petals, the near ones sharp and large.

import { paintBokeh } from '../brushes/bokeh.ts'
import { around, blade, ellipse, fill, limb } from '../brushes/shapes.ts'
import { solid } from '../brushes/solid.ts'
import { blend, type Light, pickLight } from '../colour.ts'
import type { Easel } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'

const PETALS: readonly [string, ...string[]] = [
  '#ff5f8f',
  '#ffd84d',
  '#b04dff',
  '#ff7b3a',
  '#5f8cff',
  '#fff2e6',
  '#e8265a',
]

export const flowers: Scene = {
  name: 'flowers',
  stems:
    'flower floral blossom bouquet garden meadow rose tulip daisy lotus orchid sunflower petal blume fleur flor цвет 花 🌸 🌺 🌻 🌼 🌷 🌹 💐',
  paint(easel) {
    const { chance, mood, widthPx, heightPx, unitPx } = easel
    const light = blend(pickLight(mood.sky, 0.85), mood.sun, 0.25)
    paintBokeh(easel, light, mood.tint(mood.isDark ? '#0a2016' : '#3f7a3a'), [mood.sun, mood.tint('#d8f28a'), light])
    const colours = [mood.tint(chance.pick(PETALS)), mood.tint(chance.pick(PETALS)), mood.tint(chance.pick(PETALS))]
    const [halfWidth, halfHeight] = [widthPx / unitPx / 2, heightPx / unitPx / 2]
    const count = Math.round(38 * Math.max(1, widthPx / unitPx))
    for (let flower = 0; flower < count; flower++) {
      const near = flower / (count - 1)
      const size = mix(0.028, 0.15, near ** 2) * chance.between(0.8, 1.2)
      const x = halfWidth * (((flower * 0.754877 * 2) % 2) - 1) + chance.between(-0.05, 0.05)
      const y = halfHeight * (mix(-0.32, 0.5, near ** 1.2) + chance.between(-0.22, 0.16))
      const colour = blend(colours[Math.floor(chance.next() * 3)] ?? light, light, (1 - near) * 0.55)
      const green = blend(mood.tint('#2f6b2c'), light, (1 - near) * 0.5)
      paintStem(easel, x, y, size, green, (1 - near) ** 2 * 0.02)
      paintBlossom(easel, x, y, size, colour, (1 - near) ** 2 * 0.02)
    }
  },
}

function paintStem(easel: Easel, x: number, y: number, size: number, green: Light, soft: number): void {
  const bend = easel.chance.between(-0.2, 0.2)
  const bottom = easel.heightPx / easel.unitPx / 2 + 0.05
  const lamp = { rim: easel.mood.sun, rimStrength: 0.35, gloss: 0.05 }
  const stem = limb(x, y, x + bend, bottom, size * 0.05, size * 0.07)
  fill(
    easel,
    { left: x - 0.3, right: x + 0.3, top: y - 0.02, bottom },
    stem,
    solid(stem, size * 0.06, green, lamp),
    1,
    soft,
  )
  const side = Math.sign(bend) || 1
  const [leafX, leafY] = [x + bend * 0.45, mix(y, bottom, 0.45)]
  const leaf = blade(leafX, leafY, leafX - side * size * 1.5, leafY - size * 0.95, size * 0.2)
  fill(easel, around(leafX, leafY, size * 1.6), leaf, solid(leaf, size * 0.2, green, lamp), 1, soft)
}

function paintBlossom(easel: Easel, x: number, y: number, size: number, colour: Light, soft: number): void {
  const { chance, mood, noise } = easel
  const petals = chance.pick([5, 6, 8, 8, 13])
  const pale = blend(colour, mood.sun, 0.45)
  const deep = blend(colour, mood.near, 0.42)
  const flatten = chance.between(0.72, 0.98)
  for (const [ring, scale] of [
    [0, 1],
    [1, 0.72],
  ] as const) {
    const turn = chance.between(0, 6.28) + ring * (Math.PI / petals)
    const radius = (px: number, py: number) => {
      const angle = Math.atan2((py - y) / flatten, px - x) + turn
      const wave = Math.abs(Math.cos((angle * petals) / 2))
      return size * scale * (0.34 + 0.66 * wave ** 0.55)
    }
    const edge = (px: number, py: number) => (Math.hypot(px - x, (py - y) / flatten) - radius(px, py)) * 0.6
    fill(
      easel,
      around(x, y, size * scale * 1.05),
      edge,
      (px, py, _inside, out) => {
        const far = Math.hypot(px - x, (py - y) / flatten) / (size * scale)
        const angle = Math.atan2((py - y) / flatten, px - x) + turn
        const fold = Math.abs(Math.cos((angle * petals) / 2))
        const vein = noise.at(angle * 14 + x * 50, far * 2 + y * 50) * 0.12
        const lit = clamp(
          smooth(0.05, 0.95, far) * 0.75 + (fold - 0.6) * 0.45 + vein - ring * 0.05 - ((py - y) / size) * 0.16,
        )
        for (let part = 0; part < 3; part++) out[part] = mix(deep[part] as number, pale[part] as number, lit)
      },
      1,
      soft,
    )
  }
  const heart = ellipse(x, y, size * 0.24, size * 0.24 * flatten)
  const yellow = blend(mood.tint('#f2b01e'), mood.lit, 0.2)
  const grained = solid(heart, size * 0.24, yellow, { rim: mood.sun, rimStrength: 0.3, gloss: 0.15 })
  fill(
    easel,
    around(x, y, size * 0.26),
    heart,
    (px, py, inside, out) => {
      grained(px, py, inside, out)
      const seed = 0.75 + 0.5 * noise.at((px / size) * 22, (py / size) * 22)
      for (let part = 0; part < 3; part++) out[part] = (out[part] as number) * seed
    },
    1,
    soft,
  )
}
