// jpeg-xmp: the XMP packets of a JPEG file, the standard one and the extended one put together, and where its Exif is.
import type { ByteRange } from './contract.ts'
import type { Segment } from './jpeg.ts'
import type { Source } from './source.ts'

const EXIF = 'Exif\0\0'
const STANDARD = 'http://ns.adobe.com/xap/1.0/\0'
const EXTENDED = 'http://ns.adobe.com/xmp/extension/\0'
const APP1 = 0xe1

/** XMP specification, part 3, 1.1.3. */
export async function jpegPackets(source: Source, segments: readonly Segment[]): Promise<string[]> {
  const standard = await standardPacket(source, segments)
  if (standard === undefined) return []
  const digest = /HasExtendedXMP(?:\s*=\s*["']|>)([0-9A-Fa-f]{32})/.exec(standard)?.[1]
  const extended = digest && (await extendedPacket(source, segments, digest))
  return extended ? [standard, extended] : [standard]
}

async function standardPacket(source: Source, segments: readonly Segment[]): Promise<string | undefined> {
  for (const segment of segments) {
    const text = await standardText(source, segment)
    if (text !== undefined) return text
  }
  return undefined
}

/** What a segment holds when it is the standard packet. */
export async function standardText(source: Source, segment: Segment): Promise<string | undefined> {
  const body = await bodyAfter(source, segment, STANDARD)
  return body?.toString('utf8')
}

/** Where each standard packet is. */
export async function standardPlaces(source: Source, segments: readonly Segment[]): Promise<ByteRange[]> {
  return await placesAfter(source, segments, STANDARD)
}

/** Where each TIFF block of Exif is. */
export async function exifPlaces(source: Source, segments: readonly Segment[]): Promise<ByteRange[]> {
  return await placesAfter(source, segments, EXIF)
}

async function placesAfter(source: Source, segments: readonly Segment[], name: string): Promise<ByteRange[]> {
  const found: ByteRange[] = []
  for (const segment of segments) {
    const body = found.length < MOST_PACKETS ? await bodyAfter(source, segment, name) : undefined
    if (body) found.push({ offset: segment.payloadOffset + name.length, length: body.length })
  }
  return found
}

const MOST_PACKETS = 16
const LARGEST = 1024 * 1024
// Digest, full length, and where in it this piece belongs.
const PIECE_HEAD = 32 + 4 + 4

async function extendedPacket(source: Source, segments: readonly Segment[], digest: string) {
  let whole: Buffer | undefined
  let filled = 0
  for (const segment of segments) {
    const body = await bodyAfter(source, segment, EXTENDED)
    if (!body || body.length < PIECE_HEAD || body.toString('latin1', 0, 32) !== digest) continue
    const length = body.readUInt32BE(32)
    if (length > LARGEST || (whole && whole.length !== length)) return undefined
    whole ??= Buffer.alloc(length)
    filled += body.copy(whole, Math.min(length, body.readUInt32BE(36)), PIECE_HEAD)
  }
  return whole && filled === whole.length ? whole.toString('utf8') : undefined
}

async function bodyAfter(source: Source, segment: Segment, name: string): Promise<Buffer | undefined> {
  if (segment.marker !== APP1 || segment.payloadBytes < name.length) return undefined
  const start = await source.read(segment.payloadOffset, name.length)
  if (start.toString('latin1') !== name) return undefined
  return await source.read(segment.payloadOffset + name.length, segment.payloadBytes - name.length)
}
