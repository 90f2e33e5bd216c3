// sniff: which demuxer opens a file, by the magic numbers at its beginning, before ffmpeg ever sees it.
import { mpegAudio } from './mpeg-audio.ts'

/** How much of the file's beginning to look at. */
export const HEAD_BYTES = 64 * 1024

/**
 * The demuxer to pin, or undefined when the bytes are nothing we open. Formats that are text are never accepted: HLS,
 * DASH, ffconcat, SDP and SVG make ffmpeg read other files.
 */
export function sniff(head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  if (TEXT.test(bytes.toString('latin1', 0, 512))) return undefined
  return MAGIC.find(([, matches]) => matches(bytes))?.[0] ?? mpegAudio(bytes) ?? transportStream(bytes)
}

// Each begins with letters that no format below begins with; said aloud because a transport stream may begin anyhow.
const TEXT = /^(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|ffconcat|<[?!a-z]|v=0|WEBVTT)/i

const at = (offset: number, text: string) => (bytes: Buffer) =>
  bytes.toString('latin1', offset, offset + text.length) === text

const riff = (form: string) => (bytes: Buffer) =>
  /^(?:RIFF|RIFX|RF64)$/.test(bytes.toString('latin1', 0, 4)) && at(8, form)(bytes)

const MAGIC: readonly (readonly [demuxer: string, matches: (bytes: Buffer) => boolean])[] = [
  ['mov', bytes => /^(?:ftyp|styp|moov|mdat|moof|wide|free|skip|pnot)$/.test(bytes.toString('latin1', 4, 8))],
  ['matroska', at(0, '\x1a\x45\xdf\xa3')],
  ['wav', riff('WAVE')],
  ['avi', riff('AVI ')],
  ['webp_pipe', riff('WEBP')],
  ['flac', at(0, 'fLaC')],
  ['ogg', at(0, 'OggS')],
  ['flv', at(0, 'FLV\x01')],
  ['png_pipe', at(0, '\x89PNG\r\n\x1a\n')],
  ['jpeg_pipe', at(0, '\xff\xd8\xff')],
  ['gif', at(0, 'GIF87a')],
  ['gif', at(0, 'GIF89a')],
]

// Packets of 188 bytes that begin with 0x47; Blu-ray and camcorders put 4 bytes of time before each. A recording may
// begin in the middle of a packet.
function transportStream(bytes: Buffer): string | undefined {
  const found = [188, 192].some(length => {
    const packets = Math.min(16, Math.floor(bytes.length / length) - 1)
    if (packets < 4) return false
    const starts = Array.from({ length }, (_, start) => start)
    return starts.some(start => Array.from({ length: packets }).every((_, n) => bytes[start + n * length] === 0x47))
  })
  return found ? 'mpegts' : undefined
}
