// laboratory: a room in perspective: a grid of light on the floor, panels and screens, tanks at the sides.
import { blend, type Light } from '../colour.ts'
import { type Easel, shine } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import { around, fill, flat, roundBox } from './shapes.ts'

const FLOOR = 0.24

export function paintLaboratory(easel: Easel, glow: Light): void {
  const { mood, noise } = easel
  const [halfWidth, halfHeight] = [easel.widthPx / easel.unitPx / 2, easel.heightPx / easel.unitPx / 2]
  const wall = mood.tint('#16243a')
  const everything = { left: -halfWidth, right: halfWidth, top: -halfHeight, bottom: halfHeight }
  fill(
    easel,
    everything,
    () => -1,
    (x, y, _inside, out) => {
      const far = Math.hypot(x, (y + 0.06) * 1.1)
      const panel = Math.max(line(x * 5.2, 0.02), line((y + 0.08) * 4.4, 0.02))
      const lit = 0.25 + 1.5 / (1 + far * far * 9) + noise.cloud(x * 3, y * 3, 3) * 0.1
      for (let part = 0; part < 3; part++)
        out[part] =
          (wall[part] as number) * lit * (1 - panel * 0.65) + ((glow[part] as number) * 0.1) / (1 + far * far * 12)
    },
  )
  paintFloor(easel, glow, halfWidth, halfHeight)
  paintRays(easel, glow, halfHeight)
  for (const side of [-1, 1]) {
    paintScreens(easel, side, glow)
    for (let x = 0.52; x < halfWidth + 0.1; x += 0.26)
      paintTank(easel, side * x, easel.chance.next() < 0.7 ? glow : mood.tint('#ff5fb0'))
  }
}

/** 1 on the lines of a grid, 0 between them. */
function line(place: number, width: number): number {
  const off = Math.abs(place - Math.round(place))
  return smooth(width * 2, width * 0.5, off)
}

function paintFloor(easel: Easel, glow: Light, halfWidth: number, halfHeight: number): void {
  const { mood, noise } = easel
  const ground = mood.tint('#0a1220')
  fill(
    easel,
    { left: -halfWidth, right: halfWidth, top: FLOOR, bottom: halfHeight },
    () => -1,
    (x, y, _inside, out) => {
      const depth = 0.16 / (y - FLOOR + 0.09)
      const grid = Math.max(line(x * depth * 3.4 + 0.5, 0.016 * depth + 0.008), line(depth * 4.5, 0.02 * depth + 0.01))
      const mirror = Math.exp(-((x * 1.7) ** 2)) * smooth(0.4, 0, y - FLOOR) * 0.32 + noise.at(x * 14, depth * 9) * 0.02
      for (let part = 0; part < 3; part++)
        out[part] =
          (ground[part] as number) * 1.4 + (glow[part] as number) * clamp(grid * 0.32 * (1.1 - Math.abs(x)) + mirror)
    },
  )
}

/** Lamps in the ceiling that converge, and the light that falls from them. */
function paintRays(easel: Easel, glow: Light, halfHeight: number): void {
  const { widthPx, heightPx, unitPx, light } = easel
  const pale = blend(glow, [1, 1, 1], 0.6)
  easel.rows(0, heightPx, row => {
    const y = (row - heightPx / 2) / unitPx
    for (let column = 0; column < widthPx; column++) {
      const x = (column - widthPx / 2) / unitPx
      const spread = Math.abs(x) / (0.1 + (y + halfHeight) * 0.42)
      const cone = Math.exp(-spread * spread * 1.6) * smooth(0.55, -halfHeight, y) * 0.16
      const across = Math.abs(x / (-y - 0.2))
      const lamp = y < -0.34 && across > 0.55 && across < 0.68 ? smooth(-0.34, -0.5, y) * 1.5 : 0
      shine(light, (row * widthPx + column) * 3, pale, cone + lamp)
    }
  })
}

function paintScreens(easel: Easel, side: number, glow: Light): void {
  const { chance, noise, mood } = easel
  for (const [x, y, width, height] of [
    [0.37, -0.2, 0.1, 0.07],
    [0.36, -0.025, 0.085, 0.055],
  ] as const) {
    const colour = chance.next() < 0.75 ? glow : mood.tint('#ffb04a')
    const lane = chance.between(0, 200)
    fill(
      easel,
      around(side * x, y, width + 0.02),
      roundBox(side * x, y, width + 0.008, height + 0.008, 0.014),
      flat(mood.tint('#05080f')),
    )
    fill(easel, around(side * x, y, width), roundBox(side * x, y, width, height, 0.008), (px, py, _inside, out) => {
      const u = (px - side * x) / width
      const v = (py - y) / height
      const curve = Math.exp(-(((v - noise.cloud(u * 2 + lane, lane, 3) * 0.8) * 13) ** 2))
      const grid = Math.max(line(u * 4, 0.03), line(v * 3, 0.03)) * 0.12
      const bars = v > 0.45 && noise.at(Math.floor(u * 14) * 0.7 + lane, 3) + 0.25 > (1 - v) * 1.6 ? 0.35 : 0
      for (let part = 0; part < 3; part++) out[part] = (colour[part] as number) * (0.07 + grid + curve * 1.6 + bars)
    })
  }
}

/** A glass with something that glows and bubbles. */
function paintTank(easel: Easel, x: number, colour: Light): void {
  const { noise, mood } = easel
  const metal = mood.tint('#33445c')
  fill(easel, around(x, 0, 0.09, 0.42), roundBox(x, 0.02, 0.085, 0.36, 0.03), (px, py, _inside, out) => {
    const round = 1 - ((px - x) / 0.085) ** 2
    const isCap = Math.abs(py - 0.02) > 0.28
    const bubble = smooth(0.42, 0.6, noise.at(px * 60, py * 60 + x * 90)) * 0.6
    const level = isCap ? 0 : mix(0.1, 0.5, round) + bubble * round + Math.exp(-(((px - x + 0.05) / 0.01) ** 2)) * 0.5
    for (let part = 0; part < 3; part++)
      out[part] = isCap ? (metal[part] as number) * (0.15 + round * 0.9) : (colour[part] as number) * level
  })
}
