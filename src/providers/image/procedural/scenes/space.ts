// space: a nebula of two gases with dust before it, stars behind and in it, and often a planet.

import { scatterStars } from '../brushes/stars.ts'
import { type Light, place, ramp } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { at, clamp, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'

const GASES: readonly [readonly string[], ...(readonly string[])[]] = [
  ['#05030f', '#1a1150', '#5a1f8f', '#d8458f', '#ffb36b', '#fff3d6'],
  ['#02060f', '#062a4a', '#0f6a86', '#35c2b4', '#c5f2c0', '#fffbe0'],
  ['#070310', '#2b1046', '#7a1d4d', '#d9532f', '#ffb24a', '#fff4cf'],
  ['#030510', '#101d5c', '#2f4fc4', '#6f8cff', '#d5c6ff', '#ffffff'],
]

export const space: Scene = {
  name: 'space',
  stems:
    'space nebula galax galaxy cosmos cosmic universe planet planets star stars astronaut orbit weltraum espace espacio космос 宇宙 星 🌌 🚀 🪐 ✨ 🌠',
  paint(easel) {
    const { chance, heightPx, widthPx, unitPx, words } = easel
    paintNebula(easel)
    scatterStars(easel, heightPx * 1.5, 1.1)
    if (words.says('planet orbit moon world 🪐 🚀 astronaut') || chance.next() < 0.45)
      paintPlanet(
        easel,
        widthPx * chance.between(0.15, 0.85),
        heightPx * chance.between(0.2, 0.8),
        unitPx * chance.between(0.12, 0.3),
      )
  },
}

function paintNebula(easel: Easel): void {
  const { chance, noise, widthPx, heightPx, unitPx, light, mood } = easel
  const gas = ramp(chance.pick(GASES).map(mood.tint))
  const other = ramp(chance.pick(GASES).map(mood.tint))
  const [startX, startY, lean] = [chance.between(0, 99), chance.between(0, 99), chance.between(-0.9, 0.9)]
  easel.rows(0, heightPx, row => {
    for (let column = 0; column < widthPx; column++) {
      const x = ((column - widthPx / 2) / unitPx) * 1.25
      const y = ((row - heightPx / 2) / unitPx) * 1.25
      const bendX = noise.cloud(x + startX, y + startY, 3)
      const bendY = noise.cloud(x - startY, y + startX, 3)
      const body = noise.cloud(x * 1.1 + bendX * 1.3 + startX, y * 1.1 + bendY * 1.3, 6)
      const wisps = noise.ridge(x * 1.4 + bendY * 1.1, y * 1.4 + bendX * 1.1 + startY, 5)
      const band = Math.exp(-((y - x * lean + bendX * 0.7) ** 2) * 2.2)
      const glow = clamp((0.2 + band * 0.62) * (0.5 + body * 1.05) + wisps * band * 0.42)
      const dust = smooth(0.02, 0.55, noise.cloud(x * 1.9 + bendX * 1.7 + 40, y * 1.9 + bendY * 1.7, 5) + band * 0.12)
      const level = clamp(glow * (1 - 0.62 * dust))
      const from = place(gas, level)
      const also = place(other, level * 0.9)
      const share = smooth(-0.3, 0.4, bendY)
      const index = (row * widthPx + column) * 3
      for (let part = 0; part < 3; part++)
        light[index + part] =
          (at(gas.light, from + part) * share + at(other.light, also + part) * (1 - share)) * (0.85 + level * 1.2)
    }
  })
}

function paintPlanet(easel: Easel, x: number, y: number, radius: number): void {
  const { chance, noise, widthPx, light, mood } = easel
  const bands = ramp(
    chance
      .pick([
        ['#2d3f66', '#7f9fc4', '#e8e2d0'],
        ['#5a2a1e', '#c4793f', '#f0d2a0'],
        ['#183a4a', '#3f8f8a', '#d8efd8'],
      ])
      .map(mood.tint),
  )
  const air: Light = mood.tint('#8fc4ff')
  const [sunX, sunY, swirl, streak] = [
    chance.between(-0.8, 0.8),
    chance.between(-0.7, 0.1),
    chance.between(0, 200),
    chance.between(0.9, 3.5),
  ]
  easel.rows(y - radius * 1.25, y + radius * 1.25, row => {
    for (
      let column = Math.max(0, Math.floor(x - radius * 1.25));
      column < Math.min(widthPx, x + radius * 1.25);
      column++
    ) {
      const [dx, dy] = [(column - x) / radius, (row - y) / radius]
      const far = Math.hypot(dx, dy)
      const index = (row * widthPx + column) * 3
      const day = clamp((dx * sunX + dy * sunY) * 0.9 + Math.sqrt(Math.max(0, 1 - far * far)) * 0.55)
      const rim = Math.exp(-Math.abs(far - 1) * 22) * clamp(dx * sunX + dy * sunY + 0.35)
      if (far < 1) {
        const depth = Math.sqrt(1 - far * far)
        const twist = noise.cloud((dx / (0.6 + depth)) * 2.2 + swirl, dy * 2.2 * streak, 4)
        const from = place(
          bands,
          0.5 + noise.cloud(dx * 0.9 + swirl + twist * 0.4, dy * 2.4 * streak + twist * 0.6, 5) * 0.8,
        )
        lay(
          light,
          index,
          at(bands.light, from) * day,
          at(bands.light, from + 1) * day,
          at(bands.light, from + 2) * day,
          clamp((1 - far) * radius),
        )
      }
      for (let part = 0; part < 3; part++)
        light[index + part] = at(light, index + part) + (air[part] as number) * rim * 0.8
    }
  })
}
