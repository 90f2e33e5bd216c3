// webp: chunks of a WebP (RFC 9649); XMP is a chunk that only the extended format has.
import { type Marker, notAPicture } from './marker.ts'

export const webpMarker: Marker = {
  is: bytes => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  isSigned: bytes => chunksOf(bytes).some(({ type }) => type === 'C2PA'),
  mark(bytes, xmp) {
    const chunks = chunksOf(bytes).filter(({ type }) => !NOTES.includes(type))
    const [first, ...others] = chunks
    if (!first) throw notAPicture()
    const extended = first.type === 'VP8X' ? [withXmpFlag(first), ...others] : [extensionOf(first), ...chunks]
    // The last of the known chunks.
    return riff([...extended, { type: 'XMP ', data: Buffer.from(xmp) }])
  },
}

// Of programs, of the maker, and of its signature, which would be broken.
const NOTES = ['XMP ', 'EXIF', 'C2PA']

type Chunk = { readonly type: string; readonly data: Buffer }

const XMP_FLAG = 0x04
const EXIF_FLAG = 0x08
const ALPHA_FLAG = 0x10

function chunksOf(bytes: Buffer): Chunk[] {
  const found: Chunk[] = []
  const end = 8 + bytes.readUInt32LE(4)
  if (end > bytes.length) throw notAPicture()
  for (let start = 12; start + 8 <= end; ) {
    const sizeBytes = bytes.readUInt32LE(start + 4)
    if (start + 8 + sizeBytes > end) throw notAPicture()
    found.push({
      type: bytes.toString('latin1', start, start + 4),
      data: bytes.subarray(start + 8, start + 8 + sizeBytes),
    })
    // Padded to an even number.
    start += 8 + sizeBytes + (sizeBytes % 2)
  }
  return found
}

function withXmpFlag({ type, data }: Chunk): Chunk {
  const flagged = Buffer.from(data)
  flagged[0] = ((data[0] ?? 0) & ~EXIF_FLAG) | XMP_FLAG
  return { type, data: flagged }
}

// What the simple formats say in their own headers, for those who read only this one.
function extensionOf(picture: Chunk): Chunk {
  const { widthPx, heightPx, hasAlpha } = picture.type === 'VP8L' ? lossless(picture.data) : lossy(picture)
  const data = Buffer.alloc(10)
  data[0] = XMP_FLAG | (hasAlpha ? ALPHA_FLAG : 0)
  data.writeUIntLE(widthPx - 1, 4, 3)
  data.writeUIntLE(heightPx - 1, 7, 3)
  return { type: 'VP8X', data }
}

// RFC 6386, 9.1: after a frame tag and a start code.
function lossy({ type, data }: Chunk) {
  if (type !== 'VP8 ' || data.length < 10) throw notAPicture()
  return { widthPx: data.readUInt16LE(6) & 0x3fff, heightPx: data.readUInt16LE(8) & 0x3fff, hasAlpha: false }
}

// RFC 9649, 3.4: a signature, twice 14 bits, and whether there is alpha.
function lossless(data: Buffer) {
  if (data.length < 5 || data[0] !== 0x2f) throw notAPicture()
  const bits = data.readUInt32LE(1)
  return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1, hasAlpha: ((bits >>> 28) & 1) === 1 }
}

function riff(chunks: readonly Chunk[]): Buffer {
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
