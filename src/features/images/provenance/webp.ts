// webp: notes in a WebP: XMP is a chunk that only the extended format has (RFC 9649).
import { extended, isWebp, readWebp, WEBP_FLAGS, writeWebp } from '../containers/webp.ts'
import type { Marker } from './marker.ts'

export const webpMarker: Marker = {
  is: isWebp,
  isSigned: bytes => readWebp(bytes).some(({ type }) => type === 'C2PA'),
  mark(bytes, xmp) {
    const kept = readWebp(bytes).filter(({ type }) => !NOTES.includes(type))
    // The last of the known chunks.
    return writeWebp([...extended(kept, WEBP_FLAGS.xmp, WEBP_FLAGS.exif), { type: 'XMP ', data: Buffer.from(xmp) }])
  },
}

// Of programs, of the maker, and of its signature, which would be broken.
const NOTES = ['XMP ', 'EXIF', 'C2PA']
