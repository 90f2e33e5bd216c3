// flow: nothing but colour: noise bent by noise, lit from the side like silk or liquid marble.
import { place, ramp } from '../colour.ts'
import type { Easel } from '../easel.ts'
import { at, clamp } from '../numbers.ts'
import { openChance } from '../random.ts'
import type { Scene } from './contract.ts'

const CLOTHS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['#0b132b', '#1c4e80', '#3fa7a0', '#f4e3b2', '#f28f5b', '#7b1e3b'],
  ['#1b0b2e', '#5a189a', '#c13c86', '#ff8f6b', '#ffe0a3', '#3a86a8'],
  ['#0d1b1e', '#14534f', '#5f9e6e', '#e8d89a', '#c96f4a', '#3b1f2b'],
  ['#10123a', '#2f3fb0', '#6aa9ff', '#f3f0ff', '#ff9eb8', '#8b2a72'],
  ['#1a0f0a', '#6b2d1a', '#d07a34', '#f6d78b', '#7fb0a8', '#173a4a'],
]

export const flow: Scene = {
  name: 'flow',
  stems:
    'abstract flow pattern texture fluid liquid marble silk dream psychedelic energy background wallpaper gradient abstrakt 抽象 🎨 🌈',
  paint(easel) {
    const { widthPx, heightPx, unitPx, light, mood } = easel
    // The cloth is the words', its folds are the seed's.
    const cloth = ramp(openChance(easel.words.prompt, 3).pick(CLOTHS).map(mood.tint))
    const { height, tone } = fold(easel)
    easel.rows(0, heightPx, y => {
      const below = Math.min(y + 1, heightPx - 1) * widthPx
      for (let x = 0; x < widthPx; x++) {
        const here = y * widthPx + x
        const rise = (at(height, here) - at(height, y * widthPx + Math.min(x + 1, widthPx - 1))) * unitPx
        const fall = (at(height, here) - at(height, below + x)) * unitPx
        const shade = clamp(0.62 + (rise * 0.55 + fall * 0.85) * 0.13, 0.12, 1.25)
        const gleam = clamp((rise * 0.6 + fall * 0.8) * 0.16 - 0.25) ** 2 * 1.1
        const from = place(cloth, at(tone, here))
        for (let part = 0; part < 3; part++)
          light[here * 3 + part] = at(cloth.light, from + part) * shade * 1.25 + gleam
      }
    })
  },
}

function fold({ widthPx, heightPx, unitPx, noise, chance, rows }: Easel): { height: Float32Array; tone: Float32Array } {
  const height = new Float32Array(widthPx * heightPx)
  const tone = new Float32Array(widthPx * heightPx)
  const [startX, startY, angle] = [chance.between(0, 99), chance.between(0, 99), chance.between(0, Math.PI)]
  const [along, aside] = [Math.cos(angle), Math.sin(angle)]
  const zoom = chance.between(0.9, 1.4)
  rows(0, heightPx, row => {
    for (let column = 0; column < widthPx; column++) {
      const u = ((column - widthPx / 2) / unitPx) * zoom
      const v = ((row - heightPx / 2) / unitPx) * zoom
      const x = (u * along - v * aside) * 0.75
      const y = (u * aside + v * along) * 1.5
      const bendX = noise.cloud(x + startX, y + startY, 2)
      const bendY = noise.cloud(x + startY + 5.2, y + startX + 1.3, 2)
      const farX = noise.cloud(x + 1.9 * bendX + 1.7, y + 1.9 * bendY + 9.2, 2)
      const folds = noise.cloud(x + 1.6 * farX + bendY, y + 1.6 * bendX + farX, 3)
      const here = row * widthPx + column
      height[here] = folds * 0.55 + farX * 0.25
      tone[here] = clamp(0.5 + folds * 0.62 + farX * 0.4 + bendX * 0.22)
    }
  })
  return { height, tone }
}
