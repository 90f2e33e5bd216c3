// sea: waves to the horizon with the light of the sun on them, and a sail or a rock to hold on to.

import { paintRidge } from '../brushes/ridges.ts'
import { fill, flat, outline, type Points, polygon } from '../brushes/shapes.ts'
import { paintWaves } from '../brushes/waves.ts'
import { blend, type Light } from '../colour.ts'
import type { Easel } from '../easel.ts'
import type { Scene } from './contract.ts'
import { paintHeavens } from './mountains.ts'

export const sea: Scene = {
  name: 'sea',
  stems: 'sea ocean beach coast wave island sail ship boat harbor harbour meer plage mer mar playa море 海 🌊 ⛵ 🏖 🏝',
  paint(easel) {
    const { heightPx, unitPx, chance, words } = easel
    const horizon = Math.round(heightPx * chance.between(0.46, 0.56))
    const sun = paintHeavens(easel, horizon)
    if (chance.next() < 0.55 || words.says('island cliff coast'))
      paintRidge(
        easel,
        { foot: horizon + 1, rise: unitPx * 0.1, peaks: 0.9, distance: 0.72, snow: -1, round: 0.55 },
        sun,
      )
    paintWaves(easel, horizon, sun)
    if (words.says('ship boat sail sailing ⛵') || chance.next() < 0.6) paintSail(easel, horizon)
  },
}

function paintSail(easel: Easel, horizon: number): void {
  const { chance, mood, widthPx, heightPx, unitPx } = easel
  const size = chance.between(0.07, 0.12)
  const x = (chance.between(-0.3, 0.3) * widthPx) / unitPx
  const y = (horizon - heightPx / 2) / unitPx + size * 0.32
  const draw = (points: Points, colour: Light) => {
    const placed = points.map(([px, py]) => [x + px * size, y + py * size] as const)
    fill(
      easel,
      { left: x - size, right: x + size, top: y - size * 1.4, bottom: y + size },
      polygon(placed),
      flat(colour),
    )
  }
  const sail = blend(mood.sun, mood.lit, 0.35)
  const shade = blend(mood.near, mood.air, 0.12)
  const mirrored = blend(shade, mood.air, 0.25)
  draw(outline('-0.36,0.04 0.36,0.04 0.2,0.34 0,0.28 -0.22,0.36'), mirrored)
  draw(outline('-0.42,-0.07 0.46,-0.07 0.32,0.07 -0.3,0.07'), shade)
  draw(outline('0.02,-1.2 0.1,-0.6 0.4,-0.12 0.02,-0.12'), blend(sail, mood.near, 0.35))
  draw(outline('-0.02,-1.1 -0.02,-0.12 -0.36,-0.12 -0.12,-0.6'), sail)
}
