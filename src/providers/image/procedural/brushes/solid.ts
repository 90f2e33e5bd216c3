// solid: a shape as if it were round: bright where it turns to the light, with a gleam, and a rim of another light behind.
import type { Light } from '../colour.ts'
import { clamp } from '../numbers.ts'
import type { Distance, Shade } from './shapes.ts'

export type Lamp = { readonly rim: Light; readonly rimStrength: number; readonly gloss: number }

const STEP = 0.0015
// Where the light comes from: left, above, before.
const [LAMP_X, LAMP_Y, LAMP_Z] = [-0.48, -0.62, 0.62]

/** `bevel`: how far the rounding reaches inwards, in units. */
export function solid(distance: Distance, bevel: number, colour: Light, lamp: Lamp): Shade {
  return (x, y, inside, out) => {
    const t = clamp(inside / bevel)
    const flank = 1 - t
    const dx = ((distance(x + STEP, y) - distance(x - STEP, y)) / (2 * STEP)) * flank
    const dy = ((distance(x, y + STEP) - distance(x, y - STEP)) / (2 * STEP)) * flank
    const dz = Math.sqrt(Math.max(0, 1 - flank * flank))
    const facing = clamp(dx * LAMP_X + dy * LAMP_Y + dz * LAMP_Z)
    const gleam = clamp(2 * facing * dz - LAMP_Z + 0.08) ** 14 * lamp.gloss
    const rim = clamp(dx * 0.9 + dy * 0.15) ** 2 * flank * lamp.rimStrength
    const level = 0.13 + facing * 0.95
    out[0] = colour[0] * level + gleam + lamp.rim[0] * rim
    out[1] = colour[1] * level + gleam + lamp.rim[1] * rim
    out[2] = colour[2] * level + gleam + lamp.rim[2] * rim
  }
}
