// orientation: which way a picture is up that was stored as the sensor lay (Exif 2.32, 4.6.4), and turning it there.
import type { Size } from '../../../providers/image/contract.ts'

/** 1 is upright, 3 upside down, 6 and 8 on its side; the even ones below and the odd ones above 4 are mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

const TAG = 0x0112
const SHORT = 3
const ENTRY_BYTES = 12

/** From the TIFF in which Exif is written. 1 where it says nothing that can be read. */
export function orientationIn(tiff: Buffer | undefined): Orientation {
  if (!tiff) return 1
  try {
    const order = tiff.toString('latin1', 0, 2)
    if (order !== 'II' && order !== 'MM') return 1
    const short = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
    const start = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
    for (let entry = 0; entry < short(start); entry++) {
      const at = start + 2 + entry * ENTRY_BYTES
      if (short(at) === TAG && short(at + 2) === SHORT) return ORIENTATIONS.find(known => known === short(at + 8)) ?? 1
    }
  } catch {
    // It ends too early.
  }
  return 1
}

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const

/** The same pixels (of four bytes) as they are to be seen; `size` is that of what is given. */
export function turnUpright(pixels: Buffer, { widthPx: w, heightPx: h }: Size, orientation: Orientation): Buffer {
  if (orientation === 1) return pixels
  // A copy, as words of four bytes have to begin at a multiple of four.
  const from = new Uint32Array(new Uint8Array(pixels).buffer)
  const to = new Uint32Array(w * h)
  const [width, height] = orientation >= 5 ? [h, w] : [w, h]
  const sourceOf = SOURCES[orientation]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) to[y * width + x] = from[sourceOf(x, y, w - 1, h - 1, w)] ?? 0
  return Buffer.from(to.buffer)
}

// Where the pixel lies that is to be seen at x, y; r and b are the last column and row of what is stored.
type SourceOf = (x: number, y: number, r: number, b: number, w: number) => number

const SOURCES: Readonly<Record<Exclude<Orientation, 1>, SourceOf>> = {
  2: (x, y, r, _b, w) => y * w + (r - x),
  3: (x, y, r, b, w) => (b - y) * w + (r - x),
  4: (x, y, _r, b, w) => (b - y) * w + x,
  5: (x, y, _r, _b, w) => x * w + y,
  6: (x, y, _r, b, w) => (b - x) * w + y,
  7: (x, y, r, b, w) => (b - x) * w + (r - y),
  8: (x, y, r, _b, w) => x * w + (r - y),
}
