// sound: what ffprobe tells of samples and channels, in the engine's words.
import type { Precision } from '../engine/precision.ts'
import type { AudioStream } from '../engine/probe.ts'
import type { ReportedStream } from './report.ts'

export function soundOf(
  stream: ReportedStream,
): Pick<AudioStream, 'sampleRateHz' | 'channels' | 'layout' | 'precision'> {
  const { sample_rate, channels = 0, channel_layout: layout = '' } = stream
  const precision = precisionOf(stream)
  return {
    sampleRateHz: Number(sample_rate),
    channels,
    ...(LAYOUTS.includes(layout) && { layout }),
    ...(precision && { precision }),
  }
}

// Those that are printed into filters: others are as good as unknown.
const LAYOUTS: readonly string[] = [
  ...['mono', 'stereo', '2.1', '3.0', '3.0(back)', '3.1', '4.0', '4.1', 'quad', 'quad(side)', '5.0', '5.0(side)'],
  ...['5.1', '5.1(side)', '6.0', '6.0(front)', 'hexagonal', '6.1', '6.1(back)', '6.1(front)', '7.0', '7.0(front)'],
  ...['7.1', '7.1(wide)', '7.1(wide-side)', 'octagonal'],
]

const LOSSLESS =
  /^(?:pcm_(?!alaw$|mulaw$|vidc$).*|flac|alac|truehd|mlp|wavpack|tta|tak|ape|shorten|wmalossless|ralf|s302m)$/

function precisionOf(stream: ReportedStream): Precision | undefined {
  if (!LOSSLESS.test(stream.codec_name ?? '')) return undefined
  const format = (stream.sample_fmt ?? '').replace(/p$/, '')
  if (format !== 's32') return FORMATS[format]
  // Decoders give 32 bits for all that is more than 16.
  const bits = Number(stream.bits_per_raw_sample ?? 0) || (stream.bits_per_sample ?? 0)
  return bits > 0 && bits <= 24 ? 's24' : 's32'
}

const FORMATS: Readonly<Record<string, Precision>> = { u8: 'u8', s16: 's16', s64: 'f64', flt: 'f32', dbl: 'f64' }
