// easel: what a painter stands before: the canvas in linear light, the mood, noise, chance, and the words.

import type { Light } from './colour.ts'
import { type Mood, readMood } from './mood.ts'
import { type Noise, openNoise } from './noise.ts'
import { at } from './numbers.ts'
import { type Chance, openChance } from './random.ts'
import { readWords, type Words } from './words.ts'

export type Easel = {
  readonly widthPx: number
  readonly heightPx: number
  /** What sizes on the picture are measured by: between its width and its height. */
  readonly unitPx: number
  /** Red, green and blue of every pixel. */
  readonly light: Float32Array
  readonly chance: Chance
  readonly noise: Noise
  readonly mood: Mood
  readonly words: Words
  /** Calls `paint` for the rows of the picture among these. Whoever watches hears of every row, and may throw. */
  rows(from: number, to: number, paint: (y: number) => void): void
}

export type Sketch = {
  readonly prompt: string
  readonly seed: number
  readonly widthPx: number
  readonly heightPx: number
}

export function openEasel({ prompt, seed, widthPx, heightPx }: Sketch, watch: () => void): Easel {
  const words = readWords(prompt)
  const chance = openChance(prompt, seed)
  return {
    widthPx,
    heightPx,
    unitPx: Math.sqrt(Math.min(widthPx, heightPx) * Math.sqrt(widthPx * heightPx)),
    light: new Float32Array(widthPx * heightPx * 3),
    chance,
    noise: openNoise(chance),
    mood: readMood(words, chance),
    words,
    rows(from, to, paint) {
      for (let y = Math.max(0, Math.floor(from)); y < Math.min(heightPx, Math.ceil(to)); y++) {
        watch()
        paint(y)
      }
    },
  }
}

/** The same easel, measured by its short edge: a figure of one unit is seen whole. */
export function forFigure(easel: Easel): Easel {
  return { ...easel, unitPx: Math.min(easel.widthPx, easel.heightPx) }
}

/** Lays a colour over a pixel; `cover` 1 hides what was there. `index` is where the pixel begins in `light`. */
export function lay(light: Float32Array, index: number, red: number, green: number, blue: number, cover: number): void {
  light[index] = at(light, index) + (red - at(light, index)) * cover
  light[index + 1] = at(light, index + 1) + (green - at(light, index + 1)) * cover
  light[index + 2] = at(light, index + 2) + (blue - at(light, index + 2)) * cover
}

/** Adds light to a pixel. */
export function shine(light: Float32Array, index: number, [red, green, blue]: Light, strength: number): void {
  light[index] = at(light, index) + red * strength
  light[index + 1] = at(light, index + 1) + green * strength
  light[index + 2] = at(light, index + 2) + blue * strength
}
