// streams: a stream as ffprobe tells it, in the engine's words.
import type { AudioStream, VideoStream } from '../engine/probe.ts'
import { parseRational, type Rational, rational, toNumber } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import { colourTags } from './colour-tags.ts'
import { seconds } from './duration.ts'
import { notesOf } from './other-streams.ts'
import type { ReportedStream } from './report.ts'
import { soundOf } from './sound.ts'

type Origin = { readonly originUs: Micros; readonly picture: boolean }
type Pixels = Pick<ReportedStream, 'width' | 'height' | 'sample_aspect_ratio' | 'side_data_list'>

/** Whether it is moving or still picture that was meant to be shown, rather than the cover of an album. */
export function isVideo({ codec_type, codec_name, disposition }: ReportedStream): boolean {
  return codec_type === 'video' && known(codec_name) && disposition?.['attached_pic'] !== 1
}

export function isAudio({ codec_type, codec_name, sample_rate, channels }: ReportedStream): boolean {
  return (
    codec_type === 'audio' && known(codec_name) && Number(sample_rate) > 0 && channels !== undefined && channels > 0
  )
}

/** What players choose: the stream that says it is the default, else the first. */
export function chosen(streams: readonly ReportedStream[]): ReportedStream | undefined {
  return streams.find(({ disposition }) => disposition?.['default'] === 1) ?? streams[0]
}

export function videoStream(stream: ReportedStream, { originUs, picture }: Origin): VideoStream {
  const aspect = pixelAspect(stream)
  return {
    ...times(stream, originUs),
    ...displaySize(stream),
    ...(aspect && { pixelAspect: aspect }),
    picture,
    frameRate: frameRate(stream),
    ...(!picture && isVariable(stream) && { variableRate: true }),
    pixelFormat: stream.pix_fmt ?? 'unknown',
    ...colourTags(stream),
    ...(FIELDS.includes(stream.field_order ?? '') && { interlaced: true as const }),
    ...(VPX.includes(stream.codec_name ?? '') && stream.tags?.alpha_mode === '1' && { sideAlpha: true as const }),
    rotationDegrees: rotationDegrees(stream),
  }
}

export function audioStream(stream: ReportedStream, { originUs }: Origin): AudioStream {
  return { ...times(stream, originUs), ...soundOf(stream) }
}

/** Of the first sample, counted from the file's earliest. */
export function startUs({ start_time }: ReportedStream, originUs: Micros): Micros {
  return Math.max(0, (seconds(start_time) ?? originUs) - originUs)
}

/** The average; where a file tells none, the rate of its clock, unless that only counts milliseconds; else 30. */
export function frameRate({ avg_frame_rate, r_frame_rate }: ReportedStream): Rational {
  const told = [avg_frame_rate, r_frame_rate].map(text => parseRational(text ?? ''))
  return told.find(rate => rate !== undefined && toNumber(rate) <= FASTEST) ?? rational(30)
}

const FASTEST = 240
const FIELDS: readonly string[] = ['tt', 'bb', 'tb', 'bt']
const VPX: readonly string[] = ['vp8', 'vp9']

// Of a constant rate, the average is what the closest two frames say.
function isVariable({ avg_frame_rate, r_frame_rate }: ReportedStream): boolean {
  const [average, closest] = [avg_frame_rate, r_frame_rate].map(text => parseRational(text ?? ''))
  return !average || !closest || !nearly(toNumber(average) / toNumber(closest))
}

function times(stream: ReportedStream, originUs: Micros) {
  return {
    index: stream.index,
    codec: stream.codec_name ?? 'unknown',
    startUs: startUs(stream, originUs),
    durationUs: seconds(stream.duration),
    ...notesOf(stream),
  }
}

// What is hardly visible is somebody's rounding: pixels that are square but for one per cent stay as they are.
function pixelAspect({ sample_aspect_ratio }: Pixels): Rational | undefined {
  const aspect = parseRational(sample_aspect_ratio ?? '')
  return aspect && !nearly(toNumber(aspect)) ? aspect : undefined
}

function nearly(ratio: number): boolean {
  return Math.abs(ratio - 1) < 0.01
}

function displaySize(pixels: Pixels): { widthPx: number; heightPx: number } {
  const { width = 0, height = 0 } = pixels
  const stretch = pixelAspect(pixels) ?? rational(1)
  const stretched = Math.max(1, Math.round(width * toNumber(stretch)))
  const upright = rotationDegrees(pixels) % 180 === 0
  return upright ? { widthPx: stretched, heightPx: height } : { widthPx: height, heightPx: stretched }
}

// The display matrix's angle is counter-clockwise. ffmpeg turns by quarters only; what lies between it leaves its size.
function rotationDegrees({ side_data_list = [] }: Pixels): number {
  const angle = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0
  const clockwise = ((-angle % 360) + 360) % 360
  const quarter = Math.round(clockwise / 90) * 90
  return Math.abs(clockwise - quarter) < 1 ? quarter % 360 : 0
}

function known(codec: string | undefined): boolean {
  return codec !== undefined && codec !== 'unknown' && codec !== 'none'
}
