// upright-exif: Exif of a picture that has been made anew: everything stays that it says, but for how it is turned.
import type { Size } from '../../../engine/operations/fit.ts'
import { numbersOf, readRows } from '../readers/tiff.ts'

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
