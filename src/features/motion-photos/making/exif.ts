// exif: what a camera would say of the still (Exif 2.32): upright, its size, and a thumbnail for lists of pictures.
import type { Size } from '../../../engine/operations/fit.ts'

type Entry = {
  readonly tag: number
  readonly type: 'byte' | 'text' | 'short' | 'long' | 'ratio'
  readonly value: Value
}
type Value = Buffer | number

/** The payload of an APP1 segment. `thumbnail` is a whole JPEG. */
export function exifPayload({ widthPx, heightPx }: Size, thumbnail: Buffer): Buffer {
  const camera: Entry[] = [
    { tag: 0x9000, type: 'text', value: Buffer.from('0232') },
    // Y, Cb, Cr.
    { tag: 0x9101, type: 'text', value: Buffer.from([1, 2, 3, 0]) },
    { tag: 0xa000, type: 'text', value: Buffer.from('0100') },
    { tag: 0xa001, type: 'short', value: SRGB },
    { tag: 0xa002, type: 'long', value: widthPx },
    { tag: 0xa003, type: 'long', value: heightPx },
  ]
  const image = (cameraAt: number): Entry[] => [
    { tag: 0x0112, type: 'short', value: UPRIGHT },
    ...RESOLUTION,
    { tag: 0x0213, type: 'short', value: CENTERED },
    { tag: 0x8769, type: 'long', value: cameraAt },
  ]
  const small = (pixelsAt: number): Entry[] => [
    { tag: 0x0103, type: 'short', value: OLD_JPEG },
    ...RESOLUTION,
    { tag: 0x0201, type: 'long', value: pixelsAt },
    { tag: 0x0202, type: 'long', value: thumbnail.length },
  ]
  const cameraAt = HEADER.length + sizeOf(image(0))
  const smallAt = cameraAt + sizeOf(camera)
  const pixelsAt = smallAt + sizeOf(small(0))
  return Buffer.concat([
    Buffer.from('Exif\0\0'),
    HEADER,
    directory(image(cameraAt), HEADER.length, smallAt),
    directory(camera, cameraAt, 0),
    directory(small(pixelsAt), smallAt, 0),
    thumbnail,
  ])
}

// Little-endian TIFF; the first directory follows at once.
const HEADER = Buffer.from('II*\0\x08\0\0\0', 'latin1')
const UPRIGHT = 1
const SRGB = 1
const CENTERED = 1
const OLD_JPEG = 6
const SEVENTY_TWO = Buffer.from([72, 0, 0, 0, 1, 0, 0, 0])
const RESOLUTION: readonly Entry[] = [
  { tag: 0x011a, type: 'ratio', value: SEVENTY_TWO },
  { tag: 0x011b, type: 'ratio', value: SEVENTY_TWO },
  { tag: 0x0128, type: 'short', value: 2 },
]
// Numbers of the types, and how many bytes one of them takes.
const TYPES = {
  byte: { code: 1, bytes: 1 },
  text: { code: 7, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  ratio: { code: 5, bytes: 8 },
} as const

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { value }) => sum + 12 + outside(value).length, 2 + 4)
}

function directory(entries: readonly Entry[], at: number, nextAt: number): Buffer {
  const rows = Buffer.alloc(2 + entries.length * 12 + 4)
  rows.writeUInt16LE(entries.length, 0)
  let valueAt = at + rows.length
  for (const [index, entry] of entries.entries()) {
    writeEntry(rows, 2 + index * 12, entry, valueAt)
    valueAt += outside(entry.value).length
  }
  rows.writeUInt32LE(nextAt, rows.length - 4)
  return Buffer.concat([rows, ...entries.map(({ value }) => outside(value))])
}

function writeEntry(rows: Buffer, row: number, { tag, type, value }: Entry, valueAt: number): void {
  const { code, bytes } = TYPES[type]
  rows.writeUInt16LE(tag, row)
  rows.writeUInt16LE(code, row + 2)
  rows.writeUInt32LE(typeof value === 'number' ? 1 : value.length / bytes, row + 4)
  if (typeof value === 'number') rows.writeUInt32LE(value, row + 8)
  else if (value.length > 4) rows.writeUInt32LE(valueAt, row + 8)
  else value.copy(rows, row + 8)
}

// Values of more than four bytes stand behind their directory.
function outside(value: Value): Buffer {
  return typeof value === 'number' || value.length <= 4 ? Buffer.alloc(0) : value
}
