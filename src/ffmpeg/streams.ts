// streams: a stream as ffprobe tells it, in the engine's words.
import type { AudioStream, FieldOrder, VideoStream } from '../engine/probe.ts'
import { parseRational, type Rational, rational, toNumber } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import { colourTags } from './colour-tags.ts'
import { notesOf } from './other-streams.ts'
import type { StreamPackets } from './packets.ts'
import { type Packets, type Report, type ReportedStream, seconds } from './report.ts'
import { soundOf } from './sound.ts'
import { flawsOf, playedTimes, startUs } from './stream-times.ts'

/** What is known of the file that a stream is in. */
export type FileFacts = { readonly report: Report; readonly picture: boolean; readonly packets: Packets }
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

export function videoStream(stream: ReportedStream, file: FileFacts): VideoStream {
  const aspect = pixelAspect(stream)
  const { picture } = file
  const packets = file.packets.get(stream.index)
  return {
    ...times(stream, file),
    ...displaySize(stream),
    ...(aspect && { pixelAspect: aspect }),
    picture,
    frameRate: frameRate(stream, packets),
    ...(packets && { longestFrameUs: packets.longestUs }),
    ...(packets?.ledUs && { keyframeLateUs: packets.ledUs }),
    ...(packets?.lastHeldUs !== undefined && { lastHeldUs: packets.lastHeldUs }),
    ...(packets && heldFrames(packets, seconds(file.report.format.start_time) ?? 0)),
    ...(!picture && isVariable(stream) && { variableRate: true }),
    pixelFormat: stream.pix_fmt ?? 'unknown',
    ...colourTags(stream),
    ...(isInterlaced(stream) && { interlaced: fieldOrder(stream) }),
    ...(VPX.includes(stream.codec_name ?? '') && stream.tags?.alpha_mode === '1' && { sideAlpha: true as const }),
    rotationDegrees: rotationDegrees(stream),
  }
}

function heldFrames({ count, untimed, lengths: { held, usualUs } }: StreamPackets, originUs: Micros) {
  // Where some packets do not say when they are shown, those before them only seem to be held.
  if (held.length === 0 || (untimed > 0 && untimed < count)) return {}
  const moved = held.map(({ fromUs, untilUs }) => ({ fromUs: fromUs - originUs, untilUs: untilUs - originUs }))
  return { heldFrames: moved, usualFrameUs: usualUs }
}

export function audioStream(stream: ReportedStream, file: FileFacts): AudioStream {
  return { ...times(stream, file), ...soundOf(stream) }
}

/**
 * The average of the packets, as the container writes it where it does; the last frame does not count, which may be held.
 * Where a file tells none, the rate of its clock, unless that only counts milliseconds; else 30.
 */
export function frameRate(
  stream: Pick<ReportedStream, 'avg_frame_rate' | 'r_frame_rate' | 'field_order'>,
  packets?: StreamPackets,
): Rational {
  const told = [stream.avg_frame_rate, stream.r_frame_rate]
    .map(text => parseRational(text ?? ''))
    .filter(rate => rate !== undefined && toNumber(rate) <= FASTEST)
  // Of interlaced pictures, a packet may be half a frame.
  const counted = packets && !isInterlaced(stream) ? countedRate(packets) : undefined
  const near = told.find(rate => rate && counted && nearly(toNumber(rate) / counted))
  return (
    near ??
    (counted && packets && isHeld(packets) ? parseRational(counted.toFixed(3)) : undefined) ??
    told[0] ??
    rational(30)
  )
}

function isInterlaced({ field_order }: Pick<ReportedStream, 'field_order'>): boolean {
  return FIELDS.includes(field_order ?? '')
}

// The second letter is that of the field that is shown first.
function fieldOrder({ field_order = '' }: ReportedStream): FieldOrder {
  return field_order.endsWith('b') ? 'bottom-first' : 'top-first'
}

function countedRate({ count, startUs, lastUs }: StreamPackets): number | undefined {
  return count > 1 && lastUs > startUs ? ((count - 1) * 1_000_000) / (lastUs - startUs) : undefined
}

// So long that it changes the average.
function isHeld({ lastUs, endUs, startUs }: StreamPackets): boolean {
  return (endUs - lastUs) * 10 > endUs - startUs
}

const FASTEST = 240
const FIELDS: readonly string[] = ['tt', 'bb', 'tb', 'bt']
const VPX: readonly string[] = ['vp8', 'vp9']

// Of a constant rate, the average is what the closest two frames say.
function isVariable({ avg_frame_rate, r_frame_rate }: ReportedStream): boolean {
  const [average, closest] = [avg_frame_rate, r_frame_rate].map(text => parseRational(text ?? ''))
  return !average || !closest || !nearly(toNumber(average) / toNumber(closest))
}

function times(stream: ReportedStream, { report, picture, packets }: FileFacts) {
  const codec = stream.codec_name ?? 'unknown'
  const found = packets.get(stream.index)
  if (picture || !found) return { index: stream.index, codec, startUs: 0 }
  const flaws = flawsOf(stream, found, report)
  const originUs = seconds(report.format.start_time) ?? 0
  const played = playedTimes(stream, found)
  const beginsUs = startUs(played, originUs)
  const toldUs = Math.max(0, (seconds(stream.start_time) ?? 0) - originUs)
  return {
    index: stream.index,
    codec,
    startUs: beginsUs,
    ...(toldUs !== beginsUs && { toldStartUs: toldUs }),
    durationUs: played.endUs - played.startUs,
    ...notesOf(stream),
    ...(flaws && { flaws }),
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
