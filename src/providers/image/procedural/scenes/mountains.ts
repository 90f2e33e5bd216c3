// mountains: chains behind chains, paler with every one, under a wide sky.

import { paintClouds } from '../brushes/clouds.ts'
import { paintConifers } from '../brushes/conifers.ts'
import { fillBelow, paintRidge } from '../brushes/ridges.ts'
import { paintSky, type Sun } from '../brushes/sky.ts'
import { scatterStars } from '../brushes/stars.ts'
import { blend } from '../colour.ts'
import type { Easel } from '../easel.ts'
import { mix } from '../numbers.ts'
import type { Scene } from './contract.ts'

export const mountains: Scene = {
  name: 'mountains',
  stems: 'mountain peak alp alpine hill valley cliff volcano landscape nature berg montagne montaña гор 山 ⛰ 🏔 🗻',
  paint(easel) {
    const { heightPx, chance } = easel
    const horizon = heightPx * chance.between(0.56, 0.68)
    const sun = paintHeavens(easel, horizon)
    paintChains(easel, horizon, heightPx * 1.02, sun)
    paintWood(easel, heightPx * 0.99)
  },
}

/** A dark slope with firs on it, before everything. */
function paintWood(easel: Easel, foot: number): void {
  const { noise, chance, unitPx, widthPx, mood } = easel
  const lane = chance.between(0, 200)
  const line = Float32Array.from(
    { length: widthPx },
    (_, x) => foot + noise.at((x / unitPx) * 0.9, lane) * unitPx * 0.09,
  )
  for (const [distance, up] of [
    [0.3, 0.035],
    [0, 0],
  ] as const) {
    const ground = line.map(y => y - up * unitPx)
    paintConifers(easel, { ground, height: mix(0.15, 0.1, distance), distance, count: 34 })
    fillBelow(easel, ground, blend(blend(mood.near, mood.tint('#0d2a22'), 0.35), mood.air, distance * 0.8))
  }
}

/** The sky with all that belongs to it. */
export function paintHeavens(easel: Easel, horizon: number): Sun {
  const sun = paintSky(easel, horizon)
  if (easel.mood.stars > 0.1) scatterStars(easel, horizon, easel.mood.stars)
  paintClouds(easel, horizon, sun)
  return sun
}

/** From the far ones at the horizon to the near ones, whose foot is at `ground`. */
export function paintChains(easel: Easel, horizon: number, ground: number, sun: Sun): void {
  const { chance, mood, unitPx } = easel
  const chains = 5
  const tallest = chance.between(0.34, 0.44)
  for (let chain = 0; chain < chains; chain++) {
    const near = chain / (chains - 1)
    paintRidge(
      easel,
      {
        foot: mix(horizon + unitPx * 0.05, ground, near ** 1.25),
        rise: unitPx * mix(tallest, 0.17, near ** 0.8) * chance.between(0.88, 1.12),
        peaks: mix(1.9, 1.4, near) * chance.between(0.85, 1.15),
        distance: mix(0.92, 0.04, near ** 0.8),
        snow: mood.snow > 0 ? 1.1 : mix(0.42, -0.3, near),
        round: mix(0, 0.75, near),
      },
      sun,
    )
  }
}
