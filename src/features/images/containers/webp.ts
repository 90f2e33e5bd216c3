// webp: the chunks of a WebP (RFC 9649), in the simple formats and in the extended one.
import { notAPicture } from './not-a-picture.ts'

export type WebpChunk = { readonly type: string; readonly data: Buffer }

export const WEBP_FLAGS = { animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, profile: 0x20 } as const

export function isWebp(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
}

/** Throws `provider_failed` where they are none. */
export function readWebp(bytes: Buffer): WebpChunk[] {
  const end = 8 + bytes.readUInt32LE(4)
  if (end > bytes.length) throw notAPicture()
  return chunksIn(bytes.subarray(12, end))
}

export function chunksIn(bytes: Buffer): WebpChunk[] {
  const found: WebpChunk[] = []
  for (let start = 0; start + 8 <= bytes.length; ) {
    const sizeBytes = bytes.readUInt32LE(start + 4)
    if (start + 8 + sizeBytes > bytes.length) throw notAPicture()
    const data = bytes.subarray(start + 8, start + 8 + sizeBytes)
    found.push({ type: bytes.toString('latin1', start, start + 4), data })
    // Padded to an even number.
    start += 8 + sizeBytes + (sizeBytes % 2)
  }
  return found
}

export function writeWebp(chunks: readonly WebpChunk[]): Buffer {
  const body = chunks.flatMap(({ type, data }) => {
    const header = Buffer.alloc(8)
    header.write(type, 'latin1')
    header.writeUInt32LE(data.length, 4)
    return [header, data, Buffer.alloc(data.length % 2)]
  })
  const header = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  header.writeUInt32LE(4 + Buffer.concat(body).length, 4)
  return Buffer.concat([header, ...body])
}

/** In the extended format, with these flags set and those cleared. */
export function extended(chunks: readonly WebpChunk[], set: number, cleared = 0): WebpChunk[] {
  const [first, ...others] = chunks
  if (!first) throw notAPicture()
  const isExtended = first.type === 'VP8X'
  const data = Buffer.from(isExtended ? first.data : extensionOf(first))
  data[0] = ((data[0] ?? 0) & ~cleared) | set
  return [{ type: 'VP8X', data }, ...(isExtended ? others : chunks)]
}

// What the simple formats say in their own headers, for those who read only this one.
function extensionOf(picture: WebpChunk): Buffer {
  const { widthPx, heightPx, hasAlpha } = picture.type === 'VP8L' ? lossless(picture.data) : lossy(picture)
  return extension({ widthPx, heightPx, flags: hasAlpha ? WEBP_FLAGS.alpha : 0 })
}

export function extension(canvas: {
  readonly widthPx: number
  readonly heightPx: number
  readonly flags: number
}): Buffer {
  const data = Buffer.alloc(10)
  data[0] = canvas.flags
  data.writeUIntLE(canvas.widthPx - 1, 4, 3)
  data.writeUIntLE(canvas.heightPx - 1, 7, 3)
  return data
}

// RFC 6386, 9.1: after a frame tag and a start code.
function lossy({ type, data }: WebpChunk) {
  if (type !== 'VP8 ' || data.length < 10) throw notAPicture()
  return { widthPx: data.readUInt16LE(6) & 0x3fff, heightPx: data.readUInt16LE(8) & 0x3fff, hasAlpha: false }
}

// RFC 9649, 3.4: a signature, twice 14 bits, and whether there is alpha.
function lossless(data: Buffer) {
  if (data.length < 5 || data[0] !== 0x2f) throw notAPicture()
  const bits = data.readUInt32LE(1)
  return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1, hasAlpha: ((bits >>> 28) & 1) === 1 }
}
