// png: the chunks of a PNG (W3C PNG, third edition).
import { crc32 } from 'node:zlib'
import { notAPicture } from './not-a-picture.ts'

export type PngChunk = { readonly type: string; readonly data: Buffer; readonly whole: Buffer }

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, 8).equals(SIGNATURE)
}

/** Throws `provider_failed` where they are none. */
export function readPng(bytes: Buffer): PngChunk[] {
  const found: PngChunk[] = []
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

/** With new chunks behind the header: before the picture's data, who reads on the way need not read to the end. */
export function writePng([header, ...others]: readonly PngChunk[], added: readonly PngChunk[]): Buffer {
  if (header?.type !== 'IHDR') throw notAPicture()
  return Buffer.concat([SIGNATURE, ...[header, ...added, ...others].map(({ whole }) => whole)])
}

export function pngChunk(type: string, data: Buffer): PngChunk {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return { type, data, whole }
}
