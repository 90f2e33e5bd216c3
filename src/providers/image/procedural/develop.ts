// develop: from light to the bytes of a picture: bloom, a darker rim, the curve of film, grain, and dither against bands.

import { addBloom } from './brushes/bloom.ts'
import type { Easel } from './easel.ts'
import { at } from './numbers.ts'

/** How fine the table of the curve is; it is looked up by the root of the light, to be fine where it is dark. */
const STEPS = 4096

export function develop(easel: Easel, seed: number): Uint8Array {
  const { widthPx, heightPx, light } = easel
  addBloom(easel)
  const curve = filmCurve()
  const bytes = new Uint8Array(widthPx * heightPx * 3)
  easel.rows(0, heightPx, y => {
    const down = (y / heightPx - 0.5) ** 2
    for (let x = 0; x < widthPx; x++) {
      const rim = 1.04 - 0.55 * ((x / widthPx - 0.5) ** 2 + down)
      const random = scramble(x, y, seed)
      const grain = ((random & 255) + ((random >>> 8) & 255) - 255) / 170
      const index = (y * widthPx + x) * 3
      for (let part = 0; part < 3; part++) {
        const place = Math.min(STEPS - 1, Math.sqrt(Math.max(0, at(light, index + part) * rim)) * (STEPS / 2))
        const low = Math.floor(place)
        const value = at(curve, low) + (at(curve, low + 1) - at(curve, low)) * (place - low)
        const dither = ((random >>> (16 + part * 5)) & 31) / 32
        bytes[index + part] = Math.max(0, Math.min(255, Math.floor(value + grain + dither)))
      }
    }
  })
  return bytes
}

// Up to 0.6 as it is, above it ever slower towards 1 (which 4 just reaches), then the curve of sRGB.
function filmCurve(): Float32Array {
  return Float32Array.from({ length: STEPS + 1 }, (_, step) => {
    const light = (step / (STEPS / 2)) ** 2
    const shown = light < 0.6 ? light : 0.6 + 0.4 * (1 - Math.exp(-(light - 0.6) / 0.55))
    return 255 * (shown <= 0.0031308 ? shown * 12.92 : 1.055 * shown ** (1 / 2.4) - 0.055)
  })
}

function scramble(x: number, y: number, seed: number): number {
  let hash = Math.imul(x + 0x9e37, 0x85ebca6b) ^ Math.imul(y + 0x79b9, 0xc2b2ae35) ^ seed
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return (hash ^ (hash >>> 15)) >>> 0
}
