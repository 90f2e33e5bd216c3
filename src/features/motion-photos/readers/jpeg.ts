// jpeg: the pictures at the beginning of a JPEG file: their segments, their size, and where they end.
import type { Source } from './source.ts'

export type Segment = {
  /** The second byte of its marker: 0xe1 for APP1. */
  readonly marker: number
  readonly offset: number
  readonly payloadOffset: number
  readonly payloadBytes: number
}

export type Head = { readonly segments: readonly Segment[]; readonly scanOffset?: number }

// Real files have dozens; a file of nothing but segments is not worth more.
const MOST_SEGMENTS = 4096
const START = 0xd8
const END = 0xd9
const SCAN = 0xda

/** The segments from the start of the picture at `at` to its first scan, as far as they can be read. */
export async function readHead(source: Source, at: number): Promise<Head> {
  const segments: Segment[] = []
  let offset = at + 2
  for (let steps = 0; steps < MOST_SEGMENTS; steps++) {
    const bytes = await source.read(offset, 4)
    const marker = bytes[1] ?? 0
    if (bytes.length < 2 || bytes[0] !== 0xff || marker === END || marker === 0) break
    if (marker === SCAN) return { segments, scanOffset: offset }
    if (isFilling(marker)) offset += 1
    else if (standsAlone(marker)) offset += 2
    else {
      const length = bytes.length === 4 ? bytes.readUInt16BE(2) : 0
      if (length < 2) break
      segments.push({ marker, offset, payloadOffset: offset + 4, payloadBytes: length - 2 })
      offset += 2 + length
    }
  }
  return { segments }
}

/** Where the picture whose first scan is there ends, behind its last marker; undefined when it has none. */
export async function endOfPicture(source: Source, scanOffset: number): Promise<number | undefined> {
  const limit = Math.min(source.sizeBytes, scanOffset + LONGEST_PICTURE)
  let offset = scanOffset
  for (let markers = 0; markers < MOST_SEGMENTS; markers++) {
    const found = await nextMarker(source, offset, limit)
    if (!found) return undefined
    if (found.marker === END) return found.offset + 2
    const length = await source.read(found.offset + 2, 2)
    if (length.length < 2 || !standsBetweenScans(found.marker)) return undefined
    offset = found.offset + 2 + Math.max(2, length.readUInt16BE(0))
  }
  return undefined
}

const LONGEST_PICTURE = 128 * 1024 * 1024
const CHUNK_BYTES = 64 * 1024

// In compressed data 0xff is followed by zero; restarts stand alone, and nothing but these is skipped.
async function nextMarker(source: Source, from: number, limit: number) {
  for (let offset = from; offset + 1 < limit; offset += CHUNK_BYTES - 1) {
    const bytes = await source.read(offset, CHUNK_BYTES)
    for (let index = 0; index + 1 < bytes.length; index++) {
      if (bytes[index] !== 0xff) continue
      const marker = bytes[index + 1] ?? 0
      if (marker !== 0 && !isFilling(marker) && !standsAlone(marker)) return { marker, offset: offset + index }
    }
  }
  return undefined
}

export async function beginsPicture(source: Source, at: number): Promise<boolean> {
  const bytes = await source.read(at, 3)
  return bytes.length === 3 && bytes[0] === 0xff && bytes[1] === START && bytes[2] === 0xff
}

/** As stored; what EXIF says of turning is not applied. */
export async function pictureSize(source: Source, segments: readonly Segment[]) {
  const frame = segments.find(({ marker }) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
  const bytes = frame && (await source.read(frame.payloadOffset, 5))
  if (bytes?.length !== 5) return {}
  return { heightPx: bytes.readUInt16BE(1), widthPx: bytes.readUInt16BE(3) }
}

// Tables, restart intervals, scans, and what applications add; anything else shows that this is no picture any more.
function standsBetweenScans(marker: number): boolean {
  return marker === 0xc4 || (marker >= SCAN && marker <= 0xdd) || marker === 0xfe || (marker & 0xf0) === 0xe0
}

function isFilling(marker: number): boolean {
  return marker === 0xff
}

function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
}
