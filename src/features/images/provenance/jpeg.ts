// jpeg: notes in a JPEG: XMP is an APP1 segment of its own (ISO 16684-3).
import { APP1, isJpeg, jpegSegment, readJpeg, writeJpeg } from '../containers/jpeg.ts'
import type { Marker } from './marker.ts'

export const jpegMarker: Marker = {
  is: isJpeg,
  isSigned: bytes =>
    readJpeg(bytes).segments.some(({ marker, payload }) => marker === APP11 && payload.includes('c2pa')),
  mark(bytes, xmp) {
    const { segments, scan } = readJpeg(bytes)
    const kept = segments.filter(({ marker }) => !NOTES.includes(marker))
    return writeJpeg(kept, [jpegSegment(APP1, Buffer.concat([HEADER, Buffer.from(xmp)]))], scan)
  },
}

const HEADER = Buffer.from('http://ns.adobe.com/xap/1.0/\0')
const APP11 = 0xeb
// Exif, XMP, IPTC and comments: also what programs have written of the prompt, each in its own way.
const NOTES = [APP1, APP11, 0xed, 0xfe]
