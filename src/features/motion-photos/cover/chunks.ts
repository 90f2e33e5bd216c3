// chunks: what a PNG or a WebP says of itself: its Exif, its ICC profile and its XMP are chunks of their own.
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import type { Source } from '../readers/source.ts'
import type { CoverParts } from './parts.ts'

export async function chunkParts(source: Source): Promise<CoverParts> {
  const head = await source.read(0, 12)
  if (head.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return await pngParts(source)
  return head.toString('latin1', 8, 12) === 'WEBP' ? await webpParts(source) : {}
}

// Length, type, data, checksum (PNG specification, 5.3).
async function pngParts(source: Source): Promise<CoverParts> {
  const found = await chunks(source, 8, head => ({
    type: head.toString('latin1', 4, 8),
    length: head.readUInt32BE(0),
    padding: 4,
  }))
  const [exif, profile, packet] = [found('eXIf'), found('iCCP'), found('iTXt', XMP)]
  return toParts(exif, profile && (await unpacked(profile)), packet?.subarray(XMP.length + 4))
}

// A keyword; then whether it is packed, how, and two empty words.
const XMP = 'XML:com.adobe.xmp\0'

// A name, a method, and a zlib stream.
async function unpacked(chunk: Buffer): Promise<Buffer | undefined> {
  const end = chunk.indexOf(0)
  const options = { maxOutputLength: LARGEST }
  return await promisify<Buffer, object, Buffer>(inflate)(chunk.subarray(end + 2), options).catch(() => undefined)
}

// RIFF (WebP container specification): every chunk has an even length.
async function webpParts(source: Source): Promise<CoverParts> {
  const found = await chunks(source, 12, head => {
    const length = head.readUInt32LE(4)
    return { type: head.toString('latin1', 0, 4), length, padding: length % 2 }
  })
  const exif = found('EXIF')
  // Some write a JPEG's payload in place of its TIFF block.
  return toParts(exif?.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif, found('ICCP'), found('XMP '))
}

function toParts(exif: Buffer | undefined, profile: Buffer | undefined, packet: Buffer | undefined): CoverParts {
  return { ...(exif && { exif }), ...(profile && { profile }), ...(packet && { packet }) }
}

type Head = { readonly type: string; readonly length: number; readonly padding: number }

const MOST_CHUNKS = 4096
const LARGEST = 4 * 1024 * 1024
const WANTED = new Set(['eXIf', 'iCCP', 'iTXt', 'EXIF', 'ICCP', 'XMP '])

async function chunks(source: Source, start: number, headOf: (head: Buffer) => Head) {
  const read: [type: string, data: Buffer][] = []
  let at = start
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const bytes = await source.read(at, 8)
    if (bytes.length < 8) break
    const { type, length, padding } = headOf(bytes)
    if (WANTED.has(type) && length < LARGEST) read.push([type, await source.read(at + 8, length)])
    at += 8 + length + padding
  }
  return (wanted: string, beginning = '') =>
    read.find(([type, data]) => type === wanted && data.toString('latin1', 0, beginning.length) === beginning)?.[1]
}
