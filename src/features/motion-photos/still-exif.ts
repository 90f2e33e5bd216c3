// still-exif: takes out of Exif by which telephones mark a photo that moves; all else stays, at its place in the file.
import { numbersOf, type Row, readRows } from './readers/tiff.ts'

/** The TIFF block in as many bytes as it had; the same when it says nothing of a video, or cannot be read. */
export function withoutMarks(tiff: Buffer): Buffer {
  const bytes = Buffer.from(tiff)
  const numbers = numbersOf(bytes)
  const image = numbers && (readRows(numbers, numbers.long(4))?.rows ?? [])
  if (!numbers || !image) return tiff
  const camera = image.find(({ tag }) => tag === CAMERA)
  const rows = [...image, ...((camera && readRows(numbers, numbers.long(camera.at + 8)))?.rows ?? [])]
  for (const row of rows) {
    if (row.tag === XIAOMI_MOVES) numbers.writeLong(row.at + 8, 0)
    if (row.tag === COMMENT) silence(bytes, numbers, row)
  }
  return bytes.equals(tiff) ? tiff : bytes
}

const CAMERA = 0x8769
/** A byte that is 1. */
const XIAOMI_MOVES = 0x8897
const COMMENT = 0x9286

// OPPO, OnePlus and realme: a number of flags, one of which says that the photo moves.
const FLAGS = /(oplus_)(\d{1,15})/i
const MOVES = 2 ** 23

function silence(bytes: Buffer, numbers: NonNullable<ReturnType<typeof numbersOf>>, { at }: Row): void {
  const [length, start] = [numbers.long(at + 4), numbers.long(at + 8)]
  const said = start + length <= bytes.length ? bytes.toString('latin1', start, start + length) : ''
  const silent = said.replace(FLAGS, (whole, name: string, flags: string) => {
    const moves = Math.floor(Number(flags) / MOVES) % 2 === 1
    return moves ? `${name}${Number(flags) - MOVES}`.padEnd(whole.length, '\0') : whole
  })
  bytes.write(silent, start, 'latin1')
}
