// conifers: a row of firs, each a spire of branches, in the colour of its distance.

import { blend, type Light } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { at, clamp, smooth } from '../numbers.ts'

export type Row = {
  /** Where they stand, a column each, in pixels from the top. */
  readonly ground: Float32Array
  /** Of the tallest, in units. */
  readonly height: number
  /** 0 near, 1 as far as one can see. */
  readonly distance: number
  /** On the width of a unit. */
  readonly count: number
}

export function paintConifers(easel: Easel, row: Row): void {
  const { chance, noise, widthPx, unitPx, mood } = easel
  const count = Math.ceil((row.count * widthPx) / unitPx)
  const lane = chance.between(0, 200)
  const colour = blend(blend(mood.near, mood.tint('#0d2a22'), 0.35), mood.air, row.distance)
  const snow = blend(mood.lit, mood.sun, mood.isDark ? 0.1 : 0.5)
  for (let tree = 0; tree < count; tree++) {
    const x = ((tree + chance.between(-0.6, 0.6)) / count) * (widthPx * 1.1) - widthPx * 0.05
    const grove = 0.5 + 0.6 * noise.at((x / unitPx) * 2.3 + row.distance * 31, lane)
    const tall = row.height * unitPx * chance.between(0.3, 0.75) * (0.35 + grove)
    const foot = at(row.ground, Math.round(clamp(x, 0, widthPx - 1))) + chance.between(0, 0.2) * tall
    fir(easel, x, foot, tall, colour, mood.snow * (1 - row.distance) > 0.3 ? snow : undefined)
  }
}

function fir(easel: Easel, x: number, foot: number, tall: number, colour: Light, snow: Light | undefined): void {
  const { widthPx, light, chance, noise } = easel
  const lean = chance.between(-0.02, 0.02)
  const tiers = Math.round(chance.between(7, 12))
  const own = chance.between(0, 250)
  const grain = 60 / tall
  const slim = chance.between(0.17, 0.24)
  easel.rows(foot - tall, foot, y => {
    const down = (y - foot + tall) / tall
    const tier = (down * tiers) % 1
    const spread = down * tall * slim * (0.5 + 0.65 * tier)
    const left = spread * (0.85 + 0.4 * noise.at(own, down * tiers * 2.3))
    const right = spread * (0.85 + 0.4 * noise.at(own + 9, down * tiers * 2.3))
    const middle = x + lean * (1 - down) * tall
    for (
      let column = Math.max(0, Math.floor(middle - left));
      column <= Math.min(widthPx - 1, middle + right + 1);
      column++
    ) {
      const edge = column < middle ? left - (middle - column) : right - (column - middle)
      const cover = clamp(edge + 0.6)
      if (cover <= 0) continue
      const index = (y * widthPx + column) * 3
      lay(light, index, colour[0], colour[1], colour[2], cover)
      if (!snow) continue
      // It lies on the upper side of the branches, thicker to the left.
      const lying = smooth(
        0.75,
        0.1,
        tier + noise.at(column * grain + own, y * grain) * 0.7 + ((column - middle) / spread) * 0.25,
      )
      lay(light, index, snow[0], snow[1], snow[2], lying * cover * 0.8)
    }
  })
}
