// forest: trunks and firs in rows that fade into the light, with beams that fall between them.

import { paintConifers } from '../brushes/conifers.ts'
import { fillBelow } from '../brushes/ridges.ts'
import { paintSky, type Sun } from '../brushes/sky.ts'
import { scatterStars } from '../brushes/stars.ts'
import { blend, scaled } from '../colour.ts'
import { type Easel, shine } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'

export const forest: Scene = {
  name: 'forest',
  stems: 'forest wood woods woodland tree jungle grove pine bosque forêt wald лес 森 林 🌲 🌳',
  paint(easel) {
    const { heightPx, unitPx, mood, chance, noise, widthPx } = easel
    const sun = paintSky(easel, heightPx * 0.95, chance.between(0.3, 0.7))
    if (mood.stars > 0.3) scatterStars(easel, heightPx * 0.7, mood.stars)
    const rows = 5
    for (let row = 0; row < rows; row++) {
      const near = row / (rows - 1)
      const lane = chance.between(0, 200)
      const height = heightPx * mix(0.64, 0.98, near)
      const valley = (x: number) => 0.12 * Math.abs(x / widthPx - 0.5) * near
      const ground = Float32Array.from(
        { length: widthPx },
        (_, x) => height + unitPx * (noise.at((x / unitPx) * 1.3, lane) * 0.05 - valley(x)),
      )
      const distance = mix(0.9, 0, near ** 0.7)
      paintConifers(easel, { ground, height: mix(0.3, 0.78, near ** 1.4), distance, count: mix(34, 9, near) })
      fillBelow(easel, ground, blend(blend(mood.near, mood.tint('#16301c'), 0.4), mood.air, distance))
      if (row < rows - 1) paintBeams(easel, sun, mix(0.15, 0.02, near))
    }
  },
}

/** Light from the sun through gaps, and the haze that shows it. */
function paintBeams(easel: Easel, sun: Sun, strength: number): void {
  const { widthPx, heightPx, unitPx, noise, light, mood, chance } = easel
  const lane = chance.between(0, 200)
  const colour = scaled(blend(mood.sun, mood.lit, 0.3), strength * (mood.isDark ? 0.14 : 1) * (0.6 + mood.haze))
  easel.rows(0, heightPx, y => {
    const fade = 1 - (y / heightPx) ** 2 * 0.7
    for (let x = 0; x < widthPx; x++) {
      const dx = (x - sun.x) / unitPx
      const dy = (y - sun.y) / unitPx
      const far = Math.hypot(dx, dy) + 0.001
      const beam = clamp(0.25 + noise.cloud((dx / far) * 3.2 + lane, (dy / far) * 3.2, 3) * 1.3)
      shine(light, (y * widthPx + x) * 3, colour, (beam * fade * smooth(0, 0.3, far)) / (0.5 + dx * dx * 2.2 + dy * dy))
    }
  })
}
