// noise: gradient noise by lookup, and the sums of it that look like clouds, ridges and grain.
import { at } from './numbers.ts'
import type { Chance } from './random.ts'

export type Noise = {
  /** About -1 to 1, smooth, 0 on average. */
  at(x: number, y: number): number
  /** The sum of `octaves` of them, each twice as fine and half as strong: about -1 to 1. */
  cloud(x: number, y: number, octaves: number): number
  /** The same with sharp crests: about 0 to 1. */
  ridge(x: number, y: number, octaves: number): number
}

const CELLS = 256

/** Perlin's noise (Improving Noise, 2002) with the table and the slopes shuffled by chance. */
export function openNoise(chance: Chance): Noise {
  const order = shuffle(chance)
  const slopeX = new Float32Array(CELLS)
  const slopeY = new Float32Array(CELLS)
  for (let cell = 0; cell < CELLS; cell++) {
    slopeX[cell] = Math.cos((cell / CELLS) * 2 * Math.PI) * 1.5
    slopeY[cell] = Math.sin((cell / CELLS) * 2 * Math.PI) * 1.5
  }
  const corner = (cell: number, dx: number, dy: number) => at(slopeX, cell) * dx + at(slopeY, cell) * dy
  const noise = (x: number, y: number) => {
    const left = Math.floor(x)
    const top = Math.floor(y)
    const dx = x - left
    const dy = y - top
    const column = at(order, left & 255)
    const next = at(order, (left + 1) & 255)
    const a = corner(at(order, (column + top) & 255), dx, dy)
    const b = corner(at(order, (next + top) & 255), dx - 1, dy)
    const c = corner(at(order, (column + top + 1) & 255), dx, dy - 1)
    const d = corner(at(order, (next + top + 1) & 255), dx - 1, dy - 1)
    const u = dx * dx * dx * (dx * (dx * 6 - 15) + 10)
    const upper = a + (b - a) * u
    return upper + (c + (d - c) * u - upper) * (dy * dy * dy * (dy * (dy * 6 - 15) + 10))
  }
  return { at: noise, cloud: sum(noise), ridge: ridges(noise) }
}

function shuffle(chance: Chance): Uint8Array {
  const order = Uint8Array.from({ length: CELLS }, (_, cell) => cell)
  for (let last = CELLS - 1; last > 0; last--) {
    const other = Math.floor(chance.next() * (last + 1))
    const kept = at(order, last)
    order[last] = at(order, other)
    order[other] = kept
  }
  return order
}

// Each octave is turned (3-4-5, doubled): otherwise their grids lie over each other and show.
function sum(noise: Noise['at']): Noise['cloud'] {
  return (x, y, octaves) => {
    let total = 0
    let strength = 0.55
    for (let octave = 0; octave < octaves; octave++) {
      total += noise(x, y) * strength
      strength *= 0.5
      const turned = 1.6 * x + 1.2 * y + 17.3
      y = 1.6 * y - 1.2 * x + 5.9
      x = turned
    }
    return total
  }
}

function ridges(noise: Noise['at']): Noise['ridge'] {
  return (x, y, octaves) => {
    let total = 0
    let strength = 0.5
    let before = 1
    for (let octave = 0; octave < octaves; octave++) {
      const crest = 1 - Math.abs(noise(x, y))
      const sharp = crest * crest * before
      total += sharp * strength
      before = Math.min(1, sharp * 1.4)
      strength *= 0.5
      const turned = 1.6 * x + 1.2 * y + 11.1
      y = 1.6 * y - 1.2 * x + 3.7
      x = turned
    }
    return total
  }
}
