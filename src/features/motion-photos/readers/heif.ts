// heif: what the meta box of a HEIC or AVIF file says: the picture's size, and where its XMP is.
import { type Box, childrenOf, inside } from './boxes.ts'
import type { ByteRange } from './contract.ts'
import { readLocation } from './item-locations.ts'
import type { Source } from './source.ts'

const BRANDS: Readonly<Record<string, 'image/heic' | 'image/avif'>> = {
  ...{ heic: 'image/heic', heix: 'image/heic', heim: 'image/heic', heis: 'image/heic', hevc: 'image/heic' },
  ...{ mif1: 'image/heic', msf1: 'image/heic', avif: 'image/avif', avis: 'image/avif' },
}

/** By the brands of its first box; undefined when it is no picture. */
export async function heifMime(source: Source): Promise<'image/heic' | 'image/avif' | undefined> {
  const head = await source.read(0, 64)
  if (head.toString('latin1', 4, 8) !== 'ftyp') return undefined
  const end = Math.min(head.length, head.readUInt32BE(0))
  const compatible = head.toString('latin1', 16, end).match(/[\s\S]{4}/g) ?? []
  const major = head.toString('latin1', 8, 12)
  // The general brand says nothing of what is inside.
  if (/^(?:mif1|msf1)$/.test(major))
    return compatible.some(brand => /^avi[fs]$/.test(brand)) ? 'image/avif' : 'image/heic'
  return BRANDS[major]
}

export async function readMeta(source: Source, boxes: readonly Box[]) {
  const meta = await childrenOf(source, boxes, 'meta', 4)
  const [place, exif] = [await itemPlace(source, meta, XMP), await itemPlace(source, meta, EXIF)]
  const tiff = exif && (await tiffIn(source, exif))
  return {
    ...(await largestSize(source, meta)),
    packets: place ? [(await source.read(place.offset, place.length)).toString('utf8')] : [],
    packetPlaces: place ? [place] : [],
    exifPlaces: tiff ? [tiff] : [],
  }
}

async function largestSize(source: Source, meta: readonly Box[]): Promise<{ widthPx?: number; heightPx?: number }> {
  const properties = await childrenOf(source, await childrenOf(source, meta, 'iprp'), 'ipco')
  let largest = { widthPx: 0, heightPx: 0 }
  // Thumbnails have a size, too, and so have the tiles of a grid.
  for (const box of properties.filter(({ type }) => type === 'ispe')) {
    const bytes = await source.read(box.payloadOffset + 4, Math.min(8, box.length - 12))
    if (bytes.length < 8) continue
    const size = { widthPx: bytes.readUInt32BE(0), heightPx: bytes.readUInt32BE(4) }
    if (size.widthPx * size.heightPx > largest.widthPx * largest.heightPx) largest = size
  }
  return largest.widthPx > 0 ? largest : {}
}

const LARGEST_PACKET = 1024 * 1024

// Type, name, content type.
const XMP = /^mime[^\0]*\0application\/rdf\+xml\0/
const EXIF = /^Exif/

async function itemPlace(source: Source, meta: readonly Box[], kind: RegExp): Promise<ByteRange | undefined> {
  const [information, locations] = ['iinf', 'iloc'].map(type => meta.find(box => box.type === type))
  const item = information && (await itemOf(source, information, kind))
  const range = item !== undefined && locations ? await readLocation(source, locations, item) : undefined
  return range && range.length <= LARGEST_PACKET ? range : undefined
}

// The item begins with how far behind its first four bytes the block is (ISO/IEC 23008-12, A.2.1).
async function tiffIn(source: Source, { offset, length }: ByteRange): Promise<ByteRange | undefined> {
  const head = await source.read(offset, 4)
  const skip = head.length === 4 ? 4 + head.readUInt32BE(0) : length
  return skip < length ? { offset: offset + skip, length: length - skip } : undefined
}

async function itemOf(source: Source, information: Box, kind: RegExp): Promise<number | undefined> {
  const version = (await source.read(information.payloadOffset, 1))[0]
  const entries = await inside(source, information, version === 0 ? 6 : 8)
  for (const { type, payloadOffset, length } of entries) {
    if (type !== 'infe') continue
    const bytes = await source.read(payloadOffset, Math.min(256, length - 8))
    const wide = bytes[0] === 3
    if (bytes.length < 12 || (bytes[0] !== 2 && !wide)) continue
    const text = bytes.toString('latin1', wide ? 10 : 8)
    if (kind.test(text)) return wide ? bytes.readUInt32BE(4) : bytes.readUInt16BE(4)
  }
  return undefined
}
