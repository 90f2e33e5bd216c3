// jpeg: the segments of a JPEG (ITU-T T.81, annex B).
import { notAPicture } from './not-a-picture.ts'

export type Segment = { readonly marker: number; readonly payload: Buffer; readonly whole: Buffer }

export const APP0 = 0xe0
export const APP1 = 0xe1
export const APP2 = 0xe2

const START = Buffer.from('ffd8', 'hex')
const FILL = 0xff
const START_OF_SCAN = 0xda
export const MOST_PAYLOAD_BYTES = 65_533

export function isJpeg(bytes: Buffer): boolean {
  return bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))
}

/** Everything up to the first scan, and all the rest. Throws `provider_failed` where they are none. */
export function readJpeg(bytes: Buffer): { segments: Segment[]; scan: Buffer } {
  const segments: Segment[] = []
  for (let start = 2; start + 4 <= bytes.length; ) {
    const marker = bytes[start + 1] ?? 0
    if (bytes[start] !== 0xff) throw notAPicture()
    // Markers may have any number of these before them (B.1.1.2).
    if (marker === FILL) {
      start++
      continue
    }
    if (marker === START_OF_SCAN) return { segments, scan: bytes.subarray(start) }
    const end = start + 2 + bytes.readUInt16BE(start + 2)
    if (end > bytes.length) throw notAPicture()
    segments.push({ marker, payload: bytes.subarray(start + 4, end), whole: bytes.subarray(start, end) })
    start = end
  }
  throw notAPicture()
}

const END = 0xd9
// What stands for itself inside of a scan: a byte that is no marker, and restarts.
const IN_SCAN = [0x00, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7]

/** Where the picture ends; undefined where it does not. */
export function endOfJpeg(bytes: Buffer): number | undefined {
  let at = bytes.length - readJpeg(bytes).scan.length
  while (at + 2 <= bytes.length) {
    const marker = bytes[at] === 0xff ? bytes[at + 1] : undefined
    if (marker === END) return at + 2
    const isSegment = marker !== undefined && marker !== FILL && !IN_SCAN.includes(marker)
    if (isSegment && at + 4 <= bytes.length) at += 2 + bytes.readUInt16BE(at + 2)
    else at = bytes.indexOf(0xff, at + 1)
    if (at < 0) return undefined
  }
  return undefined
}

/** With new segments where they belong: behind JFIF's, which has to be the first. */
export function writeJpeg(segments: readonly Segment[], added: readonly Segment[], scan: Buffer): Buffer {
  const [before, after] = [true, false].map(isFirst => segments.filter(({ marker }) => (marker === APP0) === isFirst))
  return Buffer.concat([START, ...wholes(before), ...wholes(added), ...wholes(after), scan])
}

export function jpegSegment(marker: number, payload: Buffer): Segment {
  if (payload.length > MOST_PAYLOAD_BYTES) throw new TypeError(`${payload.length} bytes do not fit into a segment`)
  const header = Buffer.from([0xff, marker, 0, 0])
  header.writeUInt16BE(payload.length + 2, 2)
  return { marker, payload, whole: Buffer.concat([header, payload]) }
}

function wholes(segments: readonly Segment[] = []): Buffer[] {
  return segments.map(({ whole }) => whole)
}
