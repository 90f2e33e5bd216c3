// eye: a round eye that looks at you: an iris of fibres, a deep pupil, the window in it, and the shadow of the lid.
import { blend, type Light, scaled } from '../colour.ts'
import type { Easel } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import { around, ellipse, fill, flat } from './shapes.ts'

export function paintEye(easel: Easel, x: number, y: number, size: number, iris: Light): void {
  const { noise, mood } = easel
  const black: Light = [0.006, 0.005, 0.006]
  const deep = blend(iris, black, 0.62)
  fill(easel, around(x, y, size * 1.3), ellipse(x, y, size * 1.22, size * 1.16), flat(black), 0.95, size * 0.22)
  fill(easel, around(x, y, size), ellipse(x, y, size), (px, py, _inside, out) => {
    const far = Math.hypot(px - x, py - y) / size
    const angle = Math.atan2(py - y, px - x)
    const fibre = noise.at(angle * 13 + x * 90, far * 1.5) * 0.5 + noise.at(angle * 34, far * 3 + x * 50) * 0.3
    const level = clamp(0.62 + fibre * 0.6 + ((py - y) / size) * 0.42 - smooth(0.72, 1, far) * 0.75)
    const pupil = smooth(0.47, 0.43, far)
    const lid = mix(1, 0.3, smooth(-0.15, -0.95, (py - y) / size))
    for (let part = 0; part < 3; part++) {
      const colour = mix(deep[part] as number, (iris[part] as number) * 1.15, level)
      out[part] = mix(colour, black[part] as number, pupil) * lid
    }
  })
  const white = blend(mood.sun, [1, 1, 1], 0.6)
  fill(
    easel,
    around(x, y, size),
    ellipse(x - size * 0.24, y - size * 0.3, size * 0.17, size * 0.19),
    flat(scaled(white, 1.5)),
    0.95,
    size * 0.07,
  )
  fill(
    easel,
    around(x, y, size),
    ellipse(x + size * 0.26, y + size * 0.36, size * 0.16, size * 0.09),
    flat(white),
    0.22,
    size * 0.12,
  )
}
