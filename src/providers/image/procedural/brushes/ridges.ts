// ridges: one chain of mountains: a jagged line, faces in light and in shadow below it, snow, and mist at its foot.

import { blend, type Light } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { at, clamp, mix, smooth } from '../numbers.ts'
import type { Sun } from './sky.ts'

export type Ridge = {
  /** Where its foot is, and how high its highest peaks are over it, in pixels. */
  readonly foot: number
  readonly rise: number
  /** How many peaks a unit has. */
  readonly peaks: number
  /** 0 near, 1 as far as one can see. */
  readonly distance: number
  /** How much snow lies on it: 0 none, 1 down to the foot. */
  readonly snow: number
  /** 0 jagged rock, 1 round hills. */
  readonly round: number
}

export function paintRidge(easel: Easel, ridge: Ridge, sun: Sun): Float32Array {
  const { widthPx, unitPx, noise, light } = easel
  const line = outline(easel, ridge)
  const paint = colours(easel, ridge)
  const seed = ridge.foot * 0.37
  const top = line.reduce((highest, y) => Math.min(highest, y), ridge.foot)
  // Below its foot it goes on: whatever comes nearer covers it.
  easel.rows(top - 1, ridge.foot + ridge.rise * 0.6, y => {
    const mist = smooth(0.1, 1, (y - top) / (ridge.foot - top)) * paint.mist
    for (let x = 0; x < widthPx; x++) {
      const depth = y - at(line, x)
      if (depth < -1) continue
      const below = Math.max(0, depth) / unitPx
      const rough = noise.cloud((x / unitPx) * 15 + seed, (y / unitPx) * 13, 4)
      // A face falls away from the line above it: the deeper, the wider the piece of the line that it belongs to.
      const reach = unitPx * (0.006 + below * 0.16)
      const bent = x + rough * unitPx * (0.006 + below * 0.3)
      const slope = (pick(line, bent + reach) - pick(line, bent - reach)) / (2 * reach)
      const side = clamp((sun.x - x) / (unitPx * 0.12), -1, 1)
      const facing = smooth(0, 1, 0.45 + slope * side * 0.95 + rough * 0.42)
      const snowy = smooth(
        -0.12,
        0.16,
        ridge.snow - below * (unitPx / ridge.rise) * 0.9 + rough * 0.22 - Math.abs(slope) * 0.1,
      )
      const index = (y * widthPx + x) * 3
      const cover = clamp(depth + 1)
      for (let part = 0; part < 3; part++) {
        const rock = mix(paint.shade[part] as number, paint.lit[part] as number, facing)
        const white = mix(paint.snowShade[part] as number, paint.snowLit[part] as number, facing)
        const colour = mix(mix(rock, white, snowy), paint.air[part] as number, mist)
        light[index + part] = mix(at(light, index + part), colour, cover)
      }
    }
  })
  return line
}

function outline({ widthPx, unitPx, noise, chance }: Easel, ridge: Ridge): Float32Array {
  const start = chance.between(0, 200)
  const lane = chance.between(0, 200)
  return Float32Array.from({ length: widthPx }, (_, x) => {
    const across = (x / unitPx) * ridge.peaks + start
    const jagged = noise.ridge(across * 0.75, lane, 8) * 1.12
    const hills = 0.5 + noise.cloud(across * 0.8, lane, 4) * 0.75
    const chain = 0.72 + 0.5 * noise.at(across * 0.33, lane + 50)
    return ridge.foot - ridge.rise * clamp(mix(jagged, hills, ridge.round) * chain, 0.02, 1.1)
  })
}

type Colours = { shade: Light; lit: Light; snowShade: Light; snowLit: Light; air: Light; mist: number }

function colours({ mood }: Easel, { distance }: Ridge): Colours {
  const air = (colour: Light, by = 1) =>
    blend(colour, mood.air, clamp(distance ** 0.75 * (0.72 + mood.haze * 0.25) * by))
  return {
    shade: air(mood.near),
    lit: air(blend(mood.near, mood.lit, mood.isDark ? 0.35 : 0.72)),
    snowShade: air(blend(mood.near, mood.air, 0.75)),
    snowLit: air(blend(mood.lit, mood.sun, mood.time === 'night' ? 0.2 : 0.65), 0.8),
    air: mood.air,
    mist: clamp(0.2 + mood.haze * 0.8) * (0.2 + 0.8 * distance),
  }
}

function pick(line: Float32Array, x: number): number {
  const inside = clamp(x, 0, line.length - 1.001)
  const left = Math.floor(inside)
  return mix(at(line, left), at(line, Math.min(line.length - 1, left + 1)), inside - left)
}

/** Fills what is below a line (pixels from the top, one a column) with one colour. */
export function fillBelow(easel: Easel, line: Float32Array, colour: Light): void {
  const top = line.reduce((highest, y) => Math.min(highest, y), easel.heightPx)
  easel.rows(top - 1, easel.heightPx, y => {
    for (let x = 0; x < easel.widthPx; x++) {
      const cover = clamp(y - at(line, x) + 1)
      if (cover > 0) lay(easel.light, (y * easel.widthPx + x) * 3, colour[0], colour[1], colour[2], cover)
    }
  })
}
