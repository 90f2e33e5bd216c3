// feathers: a coat of scales that lie over each other from the top down, each with a shaft, bars and a pale fringe.
import type { Light } from '../colour.ts'
import type { Noise } from '../noise.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import type { Shade } from './shapes.ts'

export type Coat = {
  /** How wide one is, in units. */
  readonly size: number
  readonly dark: Light
  readonly middle: Light
  readonly pale: Light
}

export function feathered(
  { size, dark, middle, pale }: Coat,
  noise: Noise,
  form: (x: number, y: number, inside: number) => number,
): Shade {
  const rise = size * 0.62
  return (x, y, inside, out) => {
    const bentX = x + noise.at(x * 4 + 3, y * 4) * size * 0.3
    const bentY = y + noise.at(x * 4, y * 4 + 9) * size * 0.35
    const lowest = Math.floor(bentY / rise)
    // The highest feather that reaches down to here lies on top.
    for (let row = lowest - 1; row <= lowest + 1; row++) {
      const shift = row & 1 ? size / 2 : 0
      const column = Math.round((bentX - shift) / size)
      const dx = (bentX - shift - column * size) / (size * 0.56)
      const dy = (bentY - row * rise) / (rise * 1.72)
      const far = Math.hypot(dx, dy)
      const ragged = far + noise.at(bentX * 160, bentY * 60) * 0.07
      if (ragged > 1 && row <= lowest) continue
      const own = noise.at(column * 3.7 + 0.5, row * 5.3 + 0.5)
      const barb = noise.at((dx * 1.6 + dy * 0.4) * 9 + column, dy * 2 + row)
      const bars = Math.sin(dy * 15 + Math.abs(dx) * 5 + own * 3)
      const fringe = smooth(0.62, 1, far) * (dy > 0 ? 1 : 0.3)
      const shaft = Math.exp(-((dx * 13) ** 2)) * 0.35
      const level = clamp(0.42 + own * 0.3 + bars * 0.16 + barb * 0.22 + shaft - smooth(0.3, -0.4, dy) * 0.35, 0.14)
      const light = form(x, y, inside)
      for (let part = 0; part < 3; part++)
        out[part] =
          mix(
            mix(dark[part] as number, middle[part] as number, level),
            pale[part] as number,
            fringe * clamp(0.34 + own * 0.5),
          ) * light
      return
    }
  }
}
