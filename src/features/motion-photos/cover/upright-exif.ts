// upright-exif: Exif of a picture that has been made anew: everything stays that it says, but for how it is turned.
import type { Size } from '../../../engine/operations/fit.ts'

/**
 * The same TIFF block with its picture upright, its size as it is now, and without its thumbnail, which may lie on its
 * side; undefined when it cannot be read. Every value stays at its place, so that a maker's own notes stay whole.
 */
export function uprightExif(tiff: Buffer, { widthPx, heightPx }: Size): Buffer | undefined {
  const bytes = Buffer.from(tiff)
  const numbers = numbersOf(bytes)
  const image = numbers && readRows(numbers, numbers.long(4))
  if (!image) return undefined
  numbers.writeLong(image.nextAt, 0)
  for (const row of image.rows) if (row.tag === ORIENTATION) numbers.writeNumber(row, UPRIGHT)
  const camera = image.rows.find(({ tag }) => tag === CAMERA)
  for (const row of (camera && readRows(numbers, numbers.long(camera.at + 8)))?.rows ?? []) {
    if (row.tag === WIDTH) numbers.writeNumber(row, widthPx)
    if (row.tag === HEIGHT) numbers.writeNumber(row, heightPx)
  }
  return bytes
}

/** Whether it says when the picture was taken, and where. */
export function exifFacts(tiff: Buffer): { readonly at: boolean; readonly place: boolean } {
  const numbers = numbersOf(tiff)
  const image = numbers && readRows(numbers, numbers.long(4))
  const camera = image?.rows.find(({ tag }) => tag === CAMERA)
  const rows = numbers && camera ? readRows(numbers, numbers.long(camera.at + 8))?.rows : undefined
  return {
    at: rows?.some(({ tag }) => tag === TAKEN) ?? false,
    place: image?.rows.some(({ tag }) => tag === PLACE) ?? false,
  }
}

const ORIENTATION = 0x0112
const UPRIGHT = 1
const CAMERA = 0x8769
const PLACE = 0x8825
const TAKEN = 0x9003
const WIDTH = 0xa002
const HEIGHT = 0xa003
const SHORT = 3

type Row = { readonly tag: number; readonly type: number; readonly at: number }
type Numbers = NonNullable<ReturnType<typeof numbersOf>>

function numbersOf(bytes: Buffer) {
  const order = bytes.toString('latin1', 0, 4)
  if (bytes.length < 14 || (order !== 'II*\0' && order !== 'MM\0*')) return undefined
  const little = order === 'II*\0'
  const writeLong = (at: number, value: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at)
  const writeShort = (at: number, value: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at)
  return {
    length: bytes.length,
    short: (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    long: (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    writeLong,
    writeNumber: ({ type, at }: Row, value: number) =>
      type === SHORT ? writeShort(at + 8, Math.min(value, 0xffff)) : writeLong(at + 8, value),
  }
}

function readRows(numbers: Numbers, at: number): { readonly rows: Row[]; readonly nextAt: number } | undefined {
  if (at < 8 || at + 2 > numbers.length) return undefined
  const count = numbers.short(at)
  const nextAt = at + 2 + count * 12
  if (nextAt + 4 > numbers.length) return undefined
  const rows = Array.from({ length: count }, (_, index) => {
    const row = at + 2 + index * 12
    return { tag: numbers.short(row), type: numbers.short(row + 2), at: row }
  })
  return { rows, nextAt }
}
