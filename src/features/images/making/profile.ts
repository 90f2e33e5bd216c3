// profile: the colours of a picture go with its pixels into another format.
import { deflateSync } from 'node:zlib'
import type { ImageFormat } from '../../../providers/image/contract.ts'
import { APP2, jpegSegment, MOST_PAYLOAD_BYTES, readJpeg, writeJpeg } from '../containers/jpeg.ts'
import { pngChunk, readPng, writePng } from '../containers/png.ts'
import { extended, readWebp, WEBP_FLAGS, writeWebp } from '../containers/webp.ts'

/** The same picture with this ICC profile, of one that has none. */
export function withProfile(format: ImageFormat, picture: Buffer, profile: Buffer): Buffer {
  return WRITERS[format](picture, profile)
}

const WRITERS: Readonly<Record<ImageFormat, (picture: Buffer, profile: Buffer) => Buffer>> = {
  png: (picture, profile) => {
    const data = Buffer.concat([Buffer.from('ICC profile\0\0'), deflateSync(profile)])
    return writePng(readPng(picture), [pngChunk('iCCP', data)])
  },
  jpg: (picture, profile) => {
    const { segments, scan } = readJpeg(picture)
    return writeJpeg(segments, piecesOf(profile), scan)
  },
  webp: (picture, profile) => {
    const [header, ...others] = extended(readWebp(picture), WEBP_FLAGS.profile)
    if (!header) throw new TypeError('a WebP without a chunk')
    // The first behind the header (RFC 9649, 2.7).
    return writeWebp([header, { type: 'ICCP', data: profile }, ...others])
  },
}

const NAME = Buffer.from('ICC_PROFILE\0')
const PIECE_BYTES = MOST_PAYLOAD_BYTES - NAME.length - 2

// ICC.1:2022, B.4.
function piecesOf(profile: Buffer) {
  const count = Math.ceil(profile.length / PIECE_BYTES)
  return Array.from({ length: count }, (_, index) => {
    const piece = profile.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)
    return jpegSegment(APP2, Buffer.concat([NAME, Buffer.from([index + 1, count]), piece]))
  })
}
