// frame-runs: tells sound without a container (MP3, AAC, AC-3, DTS), which has no magic number, by frames one after another.
import { MP3 } from './mpeg-audio.ts'

/** How a codec's frames begin. */
export type Frames = {
  /** The demuxer that opens them. */
  readonly demuxer: string
  /** The length of the frame at an offset and what all frames of a stream have in common; undefined where none begins. */
  frame(bytes: Buffer, offset: number): { readonly length: number; readonly alike: number } | undefined
}

// Two at the very beginning are no accident; in the middle of anything, bytes look like a frame now and then.
const RUN_AT_START = 2
const RUN_ANYWHERE = 4

/** The demuxer of the sound that begins at once, or somewhere, as it does in captures of a broadcast. */
export function soundFrames(bytes: Buffer, where: 'at its start' | 'anywhere'): string | undefined {
  if (where === 'at its start') return KINDS.find(kind => isRun(bytes, 0, kind, RUN_AT_START))?.demuxer
  for (let offset = 0; offset < bytes.length; offset++) {
    const kind = KINDS.find(item => isRun(bytes, offset, item, RUN_ANYWHERE))
    if (kind) return kind.demuxer
  }
  return undefined
}

// A file of a single frame ends where the second would be.
function isRun(bytes: Buffer, start: number, kind: Frames, frames: number): boolean {
  const first = kind.frame(bytes, start)
  let offset = start
  for (let count = 0; first && count < frames; count++) {
    if (offset === bytes.length && count > 0) return frames === RUN_AT_START
    const frame = kind.frame(bytes, offset)
    if (!frame || frame.alike !== first.alike) return false
    offset += frame.length
  }
  return first !== undefined
}

// ISO 13818-7 §6.2: twelve bits of sync, and what the profile and the sampling rate are.
const ADTS: Frames = {
  demuxer: 'aac',
  frame(bytes, offset) {
    if (offset + 7 > bytes.length || (bytes.readUInt16BE(offset) & 0xfff6) !== 0xfff0) return undefined
    const rate = ((bytes[offset + 2] ?? 0) >> 2) & 15
    const length = (bytes.readUInt32BE(offset + 2) >> 5) & 0x1fff
    return length >= 7 && rate < 13 ? { length, alike: (bytes[offset + 2] ?? 0) & 0xfc } : undefined
  },
}

// ETSI TS 102 366 §4.4 and E.2.3: which of the two it is says the bit stream's version.
const AC3_KILOBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]
const AC3: Frames = {
  demuxer: 'ac3',
  frame(bytes, offset) {
    if (offset + 6 > bytes.length || bytes.readUInt16BE(offset) !== 0x0b77) return undefined
    const [code = 0, version = 0] = [bytes[offset + 4], bytes[offset + 5]]
    const kilobits = AC3_KILOBITS[(code & 0x3f) >> 1]
    const rate = code >> 6
    if (version >> 3 > 10 || kilobits === undefined || rate === 3) return undefined
    // In words of 16 bits, 1536 samples a frame.
    const words = [2 * kilobits, Math.floor((kilobits * 96_000) / 44_100) + (code & 1), 3 * kilobits][rate] ?? 0
    return { length: words * 2, alike: rate }
  },
}
const EAC3: Frames = {
  demuxer: 'eac3',
  frame(bytes, offset) {
    if (offset + 6 > bytes.length || bytes.readUInt16BE(offset) !== 0x0b77) return undefined
    const version = (bytes[offset + 5] ?? 0) >> 3
    if (version < 11 || version > 16) return undefined
    const words = (bytes.readUInt16BE(offset + 2) & 0x7ff) + 1
    return words >= 4 ? { length: words * 2, alike: (bytes[offset + 4] ?? 0) >> 6 } : undefined
  },
}

// ETSI TS 102 114 §5.3: the core's sync word, and 14 bits of its length.
const DTS: Frames = {
  demuxer: 'dts',
  frame(bytes, offset) {
    if (offset + 12 > bytes.length || bytes.readUInt32BE(offset) !== 0x7ffe8001) return undefined
    const length = ((bytes.readUInt32BE(offset + 4) >>> 4) & 0x3fff) + 1
    if (length < 96) return undefined
    return { length: length + extension(bytes, offset + length), alike: ((bytes[offset + 8] ?? 0) >> 2) & 15 }
  },
}

// What DTS-HD adds behind each core (ETSI TS 102 114 §7.4).
function extension(bytes: Buffer, offset: number): number {
  if (offset + 10 > bytes.length || bytes.readUInt32BE(offset) !== 0x64582025) return 0
  const long = ((bytes[offset + 5] ?? 0) & 0x20) !== 0
  const header = bytes.readUInt32BE(offset + 5)
  return (long ? ((header >>> 0) & 0x1ffff) * 8 + ((bytes[offset + 9] ?? 0) >> 5) : (header >>> 5) & 0xffff) + 1
}

const KINDS = [ADTS, MP3, AC3, EAC3, DTS]
