// waves: the open sea: swell in perspective, each slope mirroring another height of the sky, and a glittering road.
import { blend, pickLight, place } from '../colour.ts'
import type { Easel } from '../easel.ts'
import { at, clamp, mix } from '../numbers.ts'
import type { Sun } from './sky.ts'

export function paintWaves(easel: Easel, horizon: number, sun: Sun): void {
  const { widthPx, heightPx, unitPx, light, noise, mood } = easel
  const deep = blend(blend(mood.near, pickLight(mood.sky, 0.2), 0.5), mood.tint('#0b4a63'), 0.4)
  easel.rows(horizon, heightPx, y => {
    const down = (y - horizon + 0.6) / unitPx
    const far = 1 / (down + 0.012)
    const fade = clamp(down * 14)
    for (let x = 0; x < widthPx; x++) {
      const across = ((x - widthPx / 2) / unitPx) * far
      const swell = noise.at(across * 0.9 + 31, far * 2.6)
      const slope = swell * 0.45 + noise.cloud(across * 2.8 + swell, far * 8, 4)
      const tilt = clamp(0.5 + slope * 0.75 * fade)
      const from = place(mood.sky, mix(0.98, 0.3, clamp(down * 1.3 + tilt * 0.45)))
      const road = Math.abs(x - sun.x) / unitPx / (0.045 + down * 0.3)
      const glitter = clamp(slope * 2.4 + 0.35 - road * 0.5) ** 2 / (1 + road * road * 1.6)
      const body = clamp(0.18 + tilt * 0.55 * fade + down * 0.25)
      const index = (y * widthPx + x) * 3
      for (let part = 0; part < 3; part++)
        light[index + part] =
          mix(at(mood.sky.light, from + part), deep[part] as number, body) + (mood.sun[part] as number) * glitter * 1.1
    }
  })
}
