// jpeg: segments of a JPEG (ITU-T T.81, annex B); XMP is an APP1 segment of its own (ISO 16684-3).
import { type Marker, notAPicture } from './marker.ts'

export const jpegMarker: Marker = {
  is: bytes => bytes.subarray(0, 3).equals(START),
  isSigned: bytes =>
    segmentsOf(bytes).segments.some(({ marker, payload }) => marker === APP11 && payload.includes('c2pa')),
  mark(bytes, xmp) {
    const { segments, scan } = segmentsOf(bytes)
    const kept = segments.filter(({ marker }) => !NOTES.includes(marker))
    // JFIF has to be the first.
    const [before, after] = [true, false].map(isFirst => kept.filter(({ marker }) => (marker === APP0) === isFirst))
    const ours = segment(Buffer.concat([HEADER, Buffer.from(xmp)]))
    return Buffer.concat([START.subarray(0, 2), ...wholes(before), ours, ...wholes(after), scan])
  },
}

const START = Buffer.from('ffd8ff', 'hex')
const HEADER = Buffer.from('http://ns.adobe.com/xap/1.0/\0')
const APP0 = 0xe0
const APP1 = 0xe1
const APP11 = 0xeb
// Exif, XMP, IPTC and comments: also what programs have written of the prompt, each in its own way.
const NOTES = [APP1, APP11, 0xed, 0xfe]
const FILL = 0xff
const START_OF_SCAN = 0xda
const MOST_BYTES = 65_533

type Segment = { readonly marker: number; readonly payload: Buffer; readonly whole: Buffer }

/** Everything up to the first scan, and all the rest. */
function segmentsOf(bytes: Buffer): { segments: Segment[]; scan: Buffer } {
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

function wholes(segments: readonly Segment[] = []): Buffer[] {
  return segments.map(({ whole }) => whole)
}

function segment(payload: Buffer): Buffer {
  if (payload.length > MOST_BYTES) throw new TypeError(`${payload.length} bytes do not fit into a segment`)
  const header = Buffer.from([0xff, APP1, 0, 0])
  header.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([header, payload])
}
