// water: a mirror with ripples: what stands above the shore, upside down, broken more the nearer it comes.

import { blend, pickLight } from '../colour.ts'
import type { Easel } from '../easel.ts'
import { at, clamp, mix } from '../numbers.ts'

/** Paints everything below `shore`. `calm` 1 is a mirror, 0 a choppy sea. */
export function paintWater(easel: Easel, shore: number, calm: number): void {
  const drawn = 1 + Math.round((1 - calm) * 14)
  const { widthPx, heightPx, unitPx, light, noise, mood } = easel
  const deep = blend(blend(pickLight(mood.sky, 0.25), mood.near, 0.55), mood.tint('#12405a'), 0.25)
  const reach = Math.max(1, Math.round(unitPx * 0.006))
  easel.rows(shore, heightPx, y => {
    const near = (y - shore + 0.5) / (heightPx - shore)
    const depth = 1 / (near + 0.06)
    const broken = (1 - calm) * 0.1 + 0.012
    const murk = 0.1 + 0.42 * near ** 1.2
    for (let x = 0; x < widthPx; x++) {
      const across = ((x - widthPx / 2) / unitPx) * depth
      const ripple = noise.cloud(across * 2.2, depth * 14, 3)
      const fine = noise.at(across * 6, depth * 60) * near
      const sway = (ripple + fine * 0.35) * broken * (0.25 + near)
      const row = clamp(Math.round(shore - 1 - (y - shore) * 0.93 + sway * unitPx * 2.2), 0, shore - 1)
      const column = clamp(Math.round(x + sway * unitPx * 0.35), 0, widthPx - 1)
      const index = (y * widthPx + x) * 3
      const hidden = clamp(murk + ripple * 0.22 * (0.3 + near))
      for (let part = 0; part < 3; part++) {
        // Drawn out downwards: the rougher the water, the longer the lights in it.
        let seen = 0
        for (let step = 0; step < drawn; step++)
          seen += at(light, (Math.max(0, row - step * reach) * widthPx + column) * 3 + part)
        light[index + part] = mix(seen / drawn, deep[part] as number, hidden)
      }
    }
  })
}
