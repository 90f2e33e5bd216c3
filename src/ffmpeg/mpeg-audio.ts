// mpeg-audio: how long a frame of MP3, or of the layers before it, is (ISO 11172-3 §2.4.2.3, ISO 13818-3).
import type { Frames } from './frame-runs.ts'

/** All of a stream have their version, layer and sampling rate in common. */
export const MP3: Frames = {
  demuxer: 'mp3',
  frame(bytes, offset) {
    const length = layerLength(bytes, offset)
    return length > 0 ? { length, alike: bytes.readUInt32BE(offset) & 0xfffe0c00 } : undefined
  },
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
