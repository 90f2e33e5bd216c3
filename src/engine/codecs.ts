// codecs: the encoders we offer, as tables to ask.
import { pcmEncoders } from './pcm.ts'
import type { Precision } from './precision.ts'

export type VideoEncoder = {
  /** What ffmpeg calls it. */
  readonly name: string
  /** The stream it makes, as ffprobe names it. */
  readonly codec: string
  readonly aliases: readonly string[]
  readonly presets?: { readonly names: readonly string[]; readonly standard: string }
  readonly crf: { readonly min: number; readonly max: number; readonly standard: number }
  /** What the shorter side must have at least. */
  readonly smallestPx?: number
  /** It takes ten bits, and what it makes is played with them: so it is what keeps HDR. */
  readonly deep?: true
  /** It can say that frames are two fields, and codes them apart. */
  readonly interlaced?: true
  /** It takes transparency, which only some containers carry. */
  readonly alpha?: true
}

export type AudioEncoder = {
  readonly name: string
  readonly codec: string
  readonly aliases: readonly string[]
  /** Bits per second and channel when the caller names no bitrate; absent for lossless ones. */
  readonly bitsPerChannel?: number
  readonly maxChannels: number
  /** Bits per second between which it works; those that take anything say nothing. */
  bitrateRange?(channels: number, sampleRateHz: number): { readonly min: number; readonly max: number }
  /** What it can encode; anything when absent. */
  readonly sampleRates?: readonly number[]
  /** Which channels it can keep apart, as ffmpeg names them; any when absent. */
  readonly layouts?: readonly string[]
  /** The samples it keeps to the last bit; absent where encoding loses. */
  readonly precision?: Precision
}

const X26_PRESETS = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow']
const SVT_PRESETS = Array.from({ length: 14 }, (_, index) => String(index))

const VIDEO_ENCODERS: readonly VideoEncoder[] = [
  {
    name: 'libx264',
    codec: 'h264',
    aliases: ['h264', 'x264', 'avc'],
    presets: { names: X26_PRESETS, standard: 'medium' },
    crf: { min: 0, max: 51, standard: 23 },
    interlaced: true,
  },
  {
    name: 'libx265',
    codec: 'hevc',
    aliases: ['h265', 'x265', 'hevc'],
    presets: { names: X26_PRESETS, standard: 'medium' },
    crf: { min: 0, max: 51, standard: 28 },
    smallestPx: 16,
    deep: true,
  },
  {
    name: 'libsvtav1',
    codec: 'av1',
    aliases: ['av1', 'svtav1'],
    presets: { names: SVT_PRESETS, standard: '8' },
    crf: { min: 1, max: 63, standard: 35 },
    smallestPx: 64,
    deep: true,
  },
  {
    name: 'libvpx-vp9',
    codec: 'vp9',
    aliases: ['vp9'],
    crf: { min: 0, max: 63, standard: 32 },
    deep: true,
    alpha: true,
  },
  { name: 'libvpx', codec: 'vp8', aliases: ['vp8'], crf: { min: 4, max: 63, standard: 10 }, alpha: true },
]

const MP3_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]
const OPUS_RATES = [48000]
// Its modes for other rates do not take 64 kb/s.
const VORBIS_RATES = [32000, 44100, 48000]
const AAC_RATES = [7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000]

const STEREO = ['mono', 'stereo']
const XIPH_LAYOUTS = [...STEREO, '3.0', 'quad', '5.0', '5.1', '6.1', '7.1']
const AUDIO_ENCODERS: readonly AudioEncoder[] = [
  {
    name: 'aac',
    codec: 'aac',
    aliases: ['aac'],
    bitsPerChannel: 64_000,
    maxChannels: 8,
    layouts: [...STEREO, '3.0', '4.0', 'quad', '5.0', '5.1', '6.1', '7.1'],
    sampleRates: AAC_RATES,
    // A frame of 1024 samples may take 6144 bits a channel.
    bitrateRange: (channels, sampleRateHz) => ({ min: 1000, max: 6 * sampleRateHz * channels }),
  },
  {
    name: 'libmp3lame',
    codec: 'mp3',
    aliases: ['mp3', 'lame'],
    bitsPerChannel: 96_000,
    // As MPEG-1, MPEG-2 and MPEG-2.5 have them, whatever the channels.
    bitrateRange: (_channels, sampleRateHz) =>
      sampleRateHz >= 32_000
        ? { min: 32_000, max: 320_000 }
        : { min: 8000, max: sampleRateHz >= 16_000 ? 160_000 : 64_000 },
    maxChannels: 2,
    layouts: STEREO,
    sampleRates: MP3_RATES,
  },
  {
    name: 'libopus',
    codec: 'opus',
    aliases: ['opus'],
    bitsPerChannel: 64_000,
    bitrateRange: channels => ({ min: 500 * channels, max: 256_000 * channels }),
    maxChannels: 8,
    layouts: XIPH_LAYOUTS,
    sampleRates: OPUS_RATES,
  },
  {
    name: 'libvorbis',
    codec: 'vorbis',
    aliases: ['vorbis'],
    bitsPerChannel: 64_000,
    bitrateRange: channels => ({ min: 32_000 * channels, max: 160_000 * channels }),
    maxChannels: 8,
    layouts: XIPH_LAYOUTS,
    sampleRates: VORBIS_RATES,
  },
  { name: 'flac', codec: 'flac', aliases: ['flac'], maxChannels: 8, precision: 's24' },
  ...pcmEncoders().filter(({ aliases }) => aliases.length > 0),
]

// What the planner takes by itself where nothing else keeps all of a sound; callers cannot name them yet.
const KEEPING_ENCODERS: readonly AudioEncoder[] = [
  // It puts more channels in an order of its own.
  { name: 'alac', codec: 'alac', aliases: ['alac'], maxChannels: 2, layouts: STEREO, precision: 's24' },
  ...pcmEncoders().filter(({ aliases }) => aliases.length === 0),
]

export const videoEncoders = byEveryName(VIDEO_ENCODERS)
/** By the names that callers may give. */
export const audioEncoders = byEveryName(AUDIO_ENCODERS)
export const everyAudioEncoder = [...AUDIO_ENCODERS, ...KEEPING_ENCODERS]

/** ffmpeg's name of the usual layout for this many channels; more than 7.1 is mixed down to it. */
export function channelLayout(channels: number): string {
  return ['mono', 'mono', 'stereo', '3.0', 'quad', '5.0', '5.1', '6.1', '7.1'][Math.min(channels, 8)] ?? '7.1'
}

/** The rate an encoder takes that keeps the most of this one. */
export function nearestSampleRate(encoder: AudioEncoder, sampleRateHz: number): number {
  if (!encoder.sampleRates) return sampleRateHz
  const enough = encoder.sampleRates.find(rate => rate >= sampleRateHz)
  return enough ?? Math.max(...encoder.sampleRates)
}

function byEveryName<Encoder extends { name: string; aliases: readonly string[] }>(
  encoders: readonly Encoder[],
): ReadonlyMap<string, Encoder> {
  return new Map(encoders.flatMap(encoder => [encoder.name, ...encoder.aliases].map(name => [name, encoder] as const)))
}
