// bokeh: a background out of focus: a soft gradient, and lights that have become discs.
import { blend, type Light, scaled } from '../colour.ts'
import { type Easel, shine } from '../easel.ts'
import { mix, smooth } from '../numbers.ts'

export function paintBokeh(easel: Easel, from: Light, to: Light, lights: readonly [Light, ...Light[]]): void {
  const { widthPx, heightPx, unitPx, light, noise, chance } = easel
  const lane = chance.between(0, 200)
  easel.rows(0, heightPx, y => {
    for (let x = 0; x < widthPx; x++) {
      const blur = noise.cloud((x / unitPx) * 1.4 + lane, (y / unitPx) * 1.4, 2)
      const t = smooth(0, 1, y / heightPx + blur * 0.55)
      const index = (y * widthPx + x) * 3
      for (let part = 0; part < 3; part++)
        light[index + part] = mix(from[part] as number, to[part] as number, t) * (1 + blur * 0.7)
    }
  })
  for (let disc = 0; disc < 46; disc++) {
    const colour = scaled(blend(chance.pick(lights), to, chance.between(0, 0.5)), chance.between(0.03, 0.2))
    spot(easel, chance.next() * widthPx, chance.next() * heightPx, unitPx * chance.between(0.015, 0.075), colour)
  }
}

function spot(easel: Easel, x: number, y: number, radius: number, colour: Light): void {
  easel.rows(y - radius, y + radius, row => {
    for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(easel.widthPx, x + radius); column++) {
      const far = Math.hypot(column - x, row - y) / radius
      shine(easel.light, (row * easel.widthPx + column) * 3, colour, smooth(1, 0.82, far) * (0.65 + 0.5 * far * far))
    }
  })
}
