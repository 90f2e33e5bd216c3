// jpeg-parts: what a JPEG says of itself, its own bytes, and the gain map that follows it (Ultra HDR, ISO 21496-1).
import { readHead, type Segment } from '../readers/jpeg.ts'
import type { Photo } from '../readers/photo.ts'
import type { Source } from '../readers/source.ts'
import type { CoverParts, KeptJpeg } from './parts.ts'

type Jpeg = Photo & { readonly format: 'jpeg' }

export async function jpegParts(photo: Jpeg): Promise<CoverParts> {
  const { source, segments } = photo
  const payloads = await Promise.all(segments.map(segment => payloadOf(source, segment)))
  const exif = payloads.find(([marker, payload]) => marker === APP1 && payload.toString('latin1', 0, 6) === EXIF)?.[1]
  const packet = payloads.find(([marker, payload]) => marker === APP1 && begins(payload, XMP))?.[1]
  const jpeg = await keptJpeg(photo, payloads)
  const profile = profileOf(payloads)
  return {
    ...(exif && { exif: exif.subarray(EXIF.length) }),
    ...(profile && { profile }),
    ...(packet && { packet: packet.subarray(XMP.length) }),
    ...(jpeg && { jpeg }),
  }
}

type Payload = readonly [marker: number, payload: Buffer]

const APP1 = 0xe1
const APP2 = 0xe2
const EXIF = 'Exif\0\0'
const XMP = 'http://ns.adobe.com/xap/1.0/\0'
const PROFILE = 'ICC_PROFILE\0'
const PICTURES = 'MPF\0'

async function payloadOf(source: Source, { marker, payloadOffset, payloadBytes }: Segment): Promise<Payload> {
  return [marker, await source.read(payloadOffset, payloadBytes)]
}

function begins(payload: Buffer, name: string): boolean {
  return payload.toString('latin1', 0, name.length) === name
}

// In pieces of at most 64 KB, numbered from one (ICC.1, annex B.4).
function profileOf(payloads: readonly Payload[]): Buffer | undefined {
  const pieces = payloads
    .filter(([marker, payload]) => marker === APP2 && begins(payload, PROFILE))
    .map(([, payload]) => payload.subarray(PROFILE.length))
    .toSorted((one, other) => (one[0] ?? 0) - (other[0] ?? 0))
  return pieces.length > 0 && pieces.length === pieces[0]?.[1]
    ? Buffer.concat(pieces.map(piece => piece.subarray(2)))
    : undefined
}

// Every reader reads baseline JPEGs, and few read more than a gain map behind one.
async function keptJpeg(photo: Jpeg, payloads: readonly Payload[]): Promise<KeptJpeg | undefined> {
  const { source, segments, pictureEnd } = photo
  if (pictureEnd === undefined || !segments.some(({ marker }) => marker === BASELINE)) return undefined
  const bytes = await bytesOf(source, 0, pictureEnd)
  const gainMap = await gainMapOf(photo, pictureEnd)
  return { bytes, segments: payloads.filter(isKept), ...(gainMap && { gainMap }) }
}

const BASELINE = 0xc0

function isKept([marker, payload]: Payload): boolean {
  if (marker === APP1) return !begins(payload, EXIF) && !begins(payload, XMP)
  if (marker === APP2) return !begins(payload, PICTURES) && !begins(payload, PROFILE)
  // The rest of applications, among them Adobe's mark of how colours are stored; comments stay where they are.
  return marker > APP2 && marker <= 0xef
}

// The picture behind the first one, where either of them says that it is a gain map.
async function gainMapOf({ source, packets, picturesEnd }: Jpeg, start: number): Promise<Buffer | undefined> {
  if (picturesEnd === undefined || picturesEnd <= start) return undefined
  const { segments } = await readHead(source, start)
  const said = (await Promise.all(segments.map(segment => payloadOf(source, segment)))).map(([, payload]) =>
    payload.toString('latin1'),
  )
  const isMap = said.some(text => ISO.test(text) || MAP.test(text)) || packets.some(packet => ITEM.test(packet))
  return isMap ? await bytesOf(source, start, picturesEnd) : undefined
}

const ISO = /^urn:iso:std:iso:ts:21496:-1/
const MAP = /http:\/\/ns\.adobe\.com\/hdr-gain-map\/1\.0\//
const ITEM = /Semantic\s*(?:=\s*["']|>\s*)GainMap\b/

// The source gives what is long piece by piece.
async function bytesOf(source: Source, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let at = start; at < end; at += pieces.at(-1)?.length ?? 0) {
    const piece = await source.read(at, end - at)
    if (piece.length === 0) break
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
