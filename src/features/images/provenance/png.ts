// png: notes in a PNG: XMP is an iTXt chunk with a keyword of its own (ISO 16684-3).
import { isPng, pngChunk, readPng, writePng } from '../containers/png.ts'
import type { Marker } from './marker.ts'

export const pngMarker: Marker = {
  is: isPng,
  isSigned: bytes => readPng(bytes).some(({ type }) => type === SIGNED),
  mark(bytes, xmp) {
    const kept = readPng(bytes).filter(({ type }) => !NOTES.includes(type))
    return writePng(kept, [pngChunk('iTXt', toText(xmp))])
  },
}

const SIGNED = 'caBX'
// Also what programs have written of the prompt, each in its own way.
const NOTES = ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', SIGNED]
const KEYWORD = Buffer.from('XML:com.adobe.xmp\0')

// Not compressed, and without a language or a translated keyword: so XMP wants it.
function toText(xmp: string): Buffer {
  return Buffer.concat([KEYWORD, Buffer.alloc(4), Buffer.from(xmp)])
}
