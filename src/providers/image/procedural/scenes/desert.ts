// desert: dunes with one side in the light and one in shadow, the wind drawn into the sand.

import type { Sun } from '../brushes/sky.ts'
import { blend, type Light } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { at, clamp, mix, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'
import { paintHeavens } from './mountains.ts'

export const desert: Scene = {
  name: 'desert',
  stems: 'desert dune sand sahara mars wüste desierto пустын 砂 沙 🏜 🐪',
  paint(easel) {
    const { heightPx, chance } = easel
    const horizon = heightPx * chance.between(0.48, 0.58)
    const sun = paintHeavens(easel, horizon)
    const rows = 6
    for (let row = 0; row < rows; row++) paintDune(easel, horizon, row / (rows - 1), sun)
  },
}

function paintDune(easel: Easel, horizon: number, near: number, sun: Sun): void {
  const { widthPx, heightPx, unitPx, light, noise, chance, mood } = easel
  const start = chance.between(0, 200)
  const foot = mix(horizon + unitPx * 0.02, heightPx * 0.97, near ** 1.3)
  const rise = unitPx * mix(0.06, 0.26, near)
  const width = mix(2.4, 0.85, near)
  const crest = Float32Array.from(
    { length: widthPx },
    (_, x) =>
      foot - rise * dune(noise.at((x / unitPx) * width + start, start), noise.at((x / unitPx) * width * 2.1, start)),
  )
  // Where the wind has broken the slope: a line that wanders down from the crest and parts light from shadow.
  const side = sun.x < widthPx / 2 ? -1 : 1
  const air = (colour: Light) => blend(colour, mood.air, (1 - near) * (0.5 + mood.haze * 0.4))
  const lit = air(blend(mood.tint('#d99a55'), mood.lit, 0.55))
  const shade = air(blend(mood.tint('#6b3a2c'), mood.near, mood.isDark ? 0.75 : 0.42))
  const dim = mood.isDark ? 0.35 : 1
  easel.rows(Math.min(...crest) - 1, heightPx, y => {
    for (let x = 0; x < widthPx; x++) {
      const depth = (y - at(crest, x)) / unitPx
      if (depth * unitPx < -1) continue
      const bent = x + noise.at(depth * 3 + start, (x / unitPx) * 1.2) * unitPx * 0.22 + depth * side * unitPx * 0.9
      const slope =
        noise.at((bent / unitPx) * width + start, start) - noise.at((bent / unitPx) * width + start + 0.12, start)
      const ripple = Math.sin(
        (y / unitPx) * mix(420, 190, near) + noise.cloud((x / unitPx) * 5, (y / unitPx) * 9, 3) * 9,
      )
      const facing = clamp(smooth(-0.05, 0.06, slope * side) * 0.85 + ripple * 0.045 * near + 0.08 - depth * 0.25)
      const edge = Math.exp(-depth * 90) * 0.22 * dim
      const index = (y * widthPx + x) * 3
      const [red, green, blue] = [
        mix(shade[0], lit[0], facing),
        mix(shade[1], lit[1], facing),
        mix(shade[2], lit[2], facing),
      ]
      lay(
        light,
        index,
        (red + edge * mood.sun[0]) * mix(1, dim, 0.6),
        (green + edge * mood.sun[1]) * mix(1, dim, 0.6),
        (blue + edge * mood.sun[2]) * mix(1, dim, 0.6),
        clamp(depth * unitPx + 1),
      )
    }
  })
}

function dune(wide: number, fine: number): number {
  return clamp(0.55 + wide * 0.75 + fine * 0.12, 0, 1.3)
}
