// jpeg: a JPEG as its segments (ITU-T T.81, annex B), so that ours can be put in front of the picture's own.
import type { Size } from '../../../engine/operations/fit.ts'
import { AppError } from '../../../lib/errors.ts'

const SOI = Buffer.from([0xff, 0xd8])
const APP1 = 0xe1
const APP2 = 0xe2
const LARGEST_SEGMENT = 65_533

/** An application's. */
export type Segment = readonly [marker: number, payload: Buffer]

/** A JPEG with these segments right after its start, and none of an application's that were there before. */
export function withSegments(jpeg: Buffer, segments: readonly Segment[]): Buffer {
  return Buffer.concat([SOI, ...segments.map(printSegment), pictureOf(jpeg)])
}

/** In a file. */
export function sizeOf([, payload]: Segment): number {
  return 4 + payload.length
}

/** An ICC profile in numbered pieces (ICC.1, annex B.4); none for an empty one. */
export function profileSegments(profile: Buffer): Segment[] {
  const count = Math.ceil(profile.length / PIECE_BYTES)
  if (count > 255) return []
  return Array.from({ length: count }, (_, index) => {
    const head = Buffer.from(`ICC_PROFILE\0${String.fromCharCode(index + 1, count)}`, 'latin1')
    return [APP2, Buffer.concat([head, profile.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)])]
  })
}

const PIECE_BYTES = 65_000

/** The picture alone: what applications and people have written into it is left out. */
export function bareJpeg(jpeg: Buffer): Buffer {
  return withSegments(jpeg, [])
}

/** Where each APP1 segment's payload begins and ends; nothing after the first scan is looked at. */
export function app1Payloads(jpeg: Buffer): Buffer[] {
  return headers(jpeg)
    .filter(({ marker }) => marker === APP1)
    .map(({ start, end }) => jpeg.subarray(start + 4, end))
}

/** How large the picture is. Throws `output_rejected` unless it is a baseline JPEG, which every reader reads. */
export function baselineSize(jpeg: Buffer): Size {
  const frame = headers(jpeg).find(({ marker }) => marker === BASELINE)
  if (!frame) throw damaged()
  // Length, precision, and then the height before the width.
  return { heightPx: jpeg.readUInt16BE(frame.start + 5), widthPx: jpeg.readUInt16BE(frame.start + 7) }
}

const BASELINE = 0xc0

function printSegment([marker, payload]: Segment): Buffer {
  if (payload.length > LARGEST_SEGMENT) throw new TypeError(`${payload.length} bytes do not fit into a segment`)
  const header = Buffer.from([0xff, marker, 0, 0])
  header.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([header, payload])
}

// From the first segment that is neither an application's nor a comment.
function pictureOf(jpeg: Buffer): Buffer {
  const kept = headers(jpeg).filter(({ marker }) => !isApplication(marker))
  const scan = kept.at(-1)
  if (!scan) throw damaged()
  return Buffer.concat([...kept.map(({ start, end }) => jpeg.subarray(start, end)), jpeg.subarray(scan.end)])
}

type Header = { readonly marker: number; readonly start: number; readonly end: number }

// Every segment up to and with the start of the scan, whose data has no length of its own.
function headers(jpeg: Buffer): Header[] {
  const found: Header[] = []
  if (!jpeg.subarray(0, 2).equals(SOI)) throw damaged()
  for (let start = 2; start + 4 <= jpeg.length; ) {
    const marker = jpeg[start + 1] ?? 0
    const end = start + 2 + jpeg.readUInt16BE(start + 2)
    if (jpeg[start] !== 0xff || end > jpeg.length) throw damaged()
    found.push({ marker, start, end })
    if (marker === START_OF_SCAN) return found
    start = end
  }
  throw damaged()
}

const START_OF_SCAN = 0xda

function isApplication(marker: number): boolean {
  return (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe
}

function damaged(): AppError {
  return new AppError('output_rejected', 'The still is not a baseline JPEG')
}
