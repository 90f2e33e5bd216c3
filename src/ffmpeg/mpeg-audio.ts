// mpeg-audio: tells MP3 and AAC streams, which have no magic number, by two frame headers in a row (ISO 11172-3, 13818-7).

/** `mp3`, `aac` or undefined. An ID3 tag may stand before either, and before FLAC too. */
export function mpegAudio(bytes: Buffer): 'mp3' | 'aac' | 'flac' | undefined {
  const start = afterTags(bytes)
  // The tag holds a picture larger than what we look at; what carries such tags is MP3.
  if (start >= bytes.length) return start > 0 ? 'mp3' : undefined
  const frames = bytes.subarray(start)
  if (frames.toString('latin1', 0, 4) === 'fLaC') return 'flac'
  if (startsWithTwo(frames, adtsLength)) return 'aac'
  if (startsWithTwo(frames, layerLength)) return 'mp3'
  return undefined
}

// ID3v2: "ID3", version, flags, and a length of four times seven bits (id3.org, ID3v2.4 §3.1). Encoders pad with zeros.
function afterTags(bytes: Buffer): number {
  let start = 0
  while (bytes.toString('latin1', start, start + 3) === 'ID3' && start + 10 <= bytes.length) {
    const footer = ((bytes[start + 5] ?? 0) & 0x10) !== 0 ? 10 : 0
    const length = [6, 7, 8, 9].reduce((sum, index) => sum * 128 + ((bytes[start + index] ?? 0) & 0x7f), 0)
    start += 10 + length + footer
  }
  if (start > 0) while (bytes[start] === 0) start += 1
  return start
}

function startsWithTwo(frames: Buffer, frameLength: (frames: Buffer, offset: number) => number): boolean {
  const first = frameLength(frames, 0)
  if (first === 0) return false
  // A file of a single frame ends where the second would be.
  return first === frames.length || frameLength(frames, first) > 0
}

function adtsLength(frames: Buffer, offset: number): number {
  if (offset + 7 > frames.length || (frames.readUInt16BE(offset) & 0xfff6) !== 0xfff0) return 0
  const length = (frames.readUInt32BE(offset + 2) >> 5) & 0x1fff
  return length >= 7 ? length : 0
}

// Kilobits per second by the header's index: MPEG-1 layers I, II, III, then MPEG-2 layer I, and its layers II and III.
const BITRATES = {
  v1l1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  v1l2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  v1l3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  v2l1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  v2l23: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const
const SAMPLE_RATES = [44100, 48000, 32000]

function layerLength(frames: Buffer, offset: number): number {
  if (offset + 4 > frames.length) return 0
  const header = frames.readUInt32BE(offset)
  const [version, layerBits] = [(header >>> 19) & 3, (header >>> 17) & 3]
  if (header >>> 21 !== 0x7ff || version === 1 || layerBits === 0) return 0
  const layer = 4 - layerBits
  const kilobits = bitrates(version === 3, layer)[(header >>> 12) & 15]
  const baseRate = SAMPLE_RATES[(header >>> 10) & 3]
  if (!kilobits || !baseRate) return 0
  const sampleRateHz = baseRate / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const padding = (header >>> 9) & 1
  if (layer === 1) return (Math.floor((12_000 * kilobits) / sampleRateHz) + padding) * 4
  const slots = layer === 3 && version !== 3 ? 72_000 : 144_000
  return Math.floor((slots * kilobits) / sampleRateHz) + padding
}

function bitrates(first: boolean, layer: number): readonly number[] {
  if (!first) return layer === 1 ? BITRATES.v2l1 : BITRATES.v2l23
  return [BITRATES.v1l1, BITRATES.v1l2, BITRATES.v1l3][layer - 1] ?? []
}
