// sky: a gradient from its height to the horizon, with the sun or the moon and the light around it.

import { place } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { at, smooth } from '../numbers.ts'

export type Sun = { readonly x: number; readonly y: number; readonly radius: number }

/** Paints the whole canvas, with the colours of the horizon below `horizon` (in pixels); says where the sun stands. */
export function paintSky(easel: Easel, horizon: number, sunAcross = easel.chance.between(0.22, 0.78)): Sun {
  const { mood, light, widthPx, unitPx, noise } = easel
  const isMoon = mood.time === 'night'
  const sun = {
    x: widthPx * sunAcross,
    y: horizon - mood.sunHeight * Math.min(horizon, unitPx),
    radius: unitPx * (isMoon ? 0.042 : mood.time === 'day' ? 0.035 : 0.062),
  }
  const halo = glow(mood.time)
  const disc = isMoon ? 1.5 : 3
  // Down to the bottom: whatever stands before it need not hide all of it.
  easel.rows(0, easel.heightPx, y => {
    const height = Math.min(1, y / horizon) ** 1.15
    for (let x = 0; x < widthPx; x++) {
      const dx = (x - sun.x) / unitPx
      const dy = (y - sun.y) / unitPx
      const square = dx * dx + dy * dy
      const warm = halo.wide / (1 + square * 9) + halo.near / (1 + square * square * 9000 + square * 140)
      const from = place(mood.sky, height + 0.1 * halo.wide * Math.exp(-square * 3))
      const index = (y * widthPx + x) * 3
      for (let part = 0; part < 3; part++)
        light[index + part] =
          at(mood.sky.light, from + part) +
          (mood.sun[part] as number) * ((mood.sky.light[from + part] as number) + 0.12) * warm
      const edge = Math.sqrt(square) * unitPx - sun.radius
      if (edge > 1 || y > horizon || mood.time === 'storm' || mood.time === 'dusk') continue
      const shade = isMoon ? disc * (0.75 + 0.45 * noise.cloud(dx * 38, dy * 38, 3)) : disc
      lay(light, index, mood.sun[0] * shade, mood.sun[1] * shade, mood.sun[2] * shade, smooth(1, -1, edge))
    }
  })
  return sun
}

function glow(time: string): { wide: number; near: number } {
  if (time === 'night') return { wide: 0.35, near: 1.1 }
  if (time === 'storm') return { wide: 0.5, near: 0.2 }
  if (time === 'day') return { wide: 0.25, near: 1.2 }
  return { wide: 0.75, near: 2 }
}
