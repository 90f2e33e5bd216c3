// png: chunks of a PNG (W3C PNG, third edition); XMP is an iTXt chunk with a keyword of its own.
import { crc32 } from 'node:zlib'
import { type Marker, notAPicture } from './marker.ts'

export const pngMarker: Marker = {
  is: bytes => bytes.subarray(0, 8).equals(SIGNATURE),
  isSigned: bytes => chunksOf(bytes).some(({ type }) => type === SIGNED),
  mark(bytes, xmp) {
    const [header, ...others] = chunksOf(bytes).filter(({ type }) => !NOTES.includes(type))
    if (header?.type !== 'IHDR') throw notAPicture()
    // Before the picture's data: who reads on the way need not read to the end.
    return Buffer.concat([SIGNATURE, header.whole, chunk('iTXt', toText(xmp)), ...others.map(({ whole }) => whole)])
  },
}

const SIGNED = 'caBX'
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
// Also what programs have written of the prompt, each in its own way.
const NOTES = ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', SIGNED]
const KEYWORD = Buffer.from('XML:com.adobe.xmp\0')

// Not compressed, and without a language or a translated keyword: so XMP wants it.
function toText(xmp: string): Buffer {
  return Buffer.concat([KEYWORD, Buffer.alloc(4), Buffer.from(xmp)])
}

type Chunk = { readonly type: string; readonly data: Buffer; readonly whole: Buffer }

function chunksOf(bytes: Buffer): Chunk[] {
  const found: Chunk[] = []
  for (let start = SIGNATURE.length; start + 12 <= bytes.length; ) {
    const end = start + 12 + bytes.readUInt32BE(start)
    if (end > bytes.length) throw notAPicture()
    const type = bytes.toString('latin1', start + 4, start + 8)
    found.push({ type, data: bytes.subarray(start + 8, end - 4), whole: bytes.subarray(start, end) })
    // Whatever comes after the end is no part of the picture.
    if (type === 'IEND') return found
    start = end
  }
  throw notAPicture()
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
