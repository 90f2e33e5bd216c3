// stars: many faint ones and few bright ones, of the colours that stars have, thinned out towards the horizon.
import { hex, type Light } from '../colour.ts'
import { type Easel, shine } from '../easel.ts'
import { clamp } from '../numbers.ts'

const COLOURS: readonly [Light, ...Light[]] = [
  hex('#ffffff'),
  hex('#cfe0ff'),
  hex('#a9c8ff'),
  hex('#fff0d8'),
  hex('#ffd2ab'),
]

/** `density` 1 is a clear night; they fade out over the last third above `horizon`. */
export function scatterStars(easel: Easel, horizon: number, density: number): void {
  const { chance, widthPx, unitPx } = easel
  const count = Math.round(((density * widthPx * horizon) / unitPx ** 2) * 1300)
  const finest = Math.max(0.55, unitPx / 1100)
  for (let star = 0; star < count; star++) {
    const x = chance.next() * widthPx
    const y = chance.next() * horizon
    const bright = chance.next() ** 7
    const fade = clamp((horizon - y) / horizon / 0.35)
    dot(easel, x, y, finest * (0.8 + bright * 1.1), chance.pick(COLOURS), (0.08 + bright * 2.6) * fade)
    if (bright > 0.93 && density > 0.8) spikes(easel, x, y, unitPx * 0.016 * bright, fade)
  }
}

/** A round spot of light with soft edges. */
export function dot(easel: Easel, x: number, y: number, radius: number, colour: Light, strength: number): void {
  const { light, widthPx, heightPx } = easel
  const reach = Math.ceil(radius * 2.5)
  for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(heightPx - 1, y + reach); row++)
    for (let column = Math.max(0, Math.floor(x - reach)); column <= Math.min(widthPx - 1, x + reach); column++) {
      const square = ((column - x) ** 2 + (row - y) ** 2) / radius ** 2
      shine(light, (row * widthPx + column) * 3, colour, strength * Math.exp(-square * 1.2))
    }
}

function spikes(easel: Easel, x: number, y: number, length: number, strength: number): void {
  for (let step = -length; step <= length; step += 0.5) {
    const faint = (1 - Math.abs(step) / length) ** 3 * strength * 0.5
    dot(easel, x + step, y, 0.6, COLOURS[1] ?? COLOURS[0], faint)
    dot(easel, x, y + step, 0.6, COLOURS[1] ?? COLOURS[0], faint)
  }
}
