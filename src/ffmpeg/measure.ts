// measure: what an output that we made really is, for the gate to hold against what was promised.
import { AppError } from '../lib/errors.ts'
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import { usefulLine } from '../process/log.ts'
import type { Processes } from '../process/open.ts'
import type { StreamPackets } from './packets.ts'
import { type ReportedStream, readThrough, seconds } from './report.ts'
import { startUs } from './stream-times.ts'
import { frameRate } from './streams.ts'

export type Measurement = {
  /** The demuxer that opened it. */
  readonly container: string
  readonly sizeBytes: number
  /** Absent for a picture. */
  readonly durationUs?: Micros
  /** What the file says of its length, which players show and stop at; absent where it says nothing. */
  readonly saidUs?: Micros
  readonly streams: readonly MeasuredStream[]
}

export type MeasuredStream =
  | MeasuredVideo
  | MeasuredAudio
  | (Measured & { readonly kind: 'subtitle' | 'cover' | 'other' })

type Measured = {
  readonly codec: string
  /** On the file's own clock: zero is the earliest start of any stream. */
  readonly startUs: Micros
  /** Of all its packets; absent when there is none. */
  readonly durationUs?: Micros
  /** When its last packet begins, counted from its first. */
  readonly lastUs?: Micros
  /** Those that are shown. */
  readonly packets: number
}
type MeasuredVideo = Measured & {
  readonly kind: 'video'
  /** As stored, before rotation. */
  readonly widthPx: number
  readonly heightPx: number
  readonly frameRate: Rational
}
type MeasuredAudio = Measured & { readonly kind: 'audio'; readonly sampleRateHz: number; readonly channels: number }

/** Throws `output_rejected` when the file cannot be read at all. */
export async function measure(
  processes: Processes,
  file: string,
  demuxer: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Measurement> {
  const source = { processes, file, demuxer, signal }
  try {
    const report = await readThrough(source)
    const originUs = seconds(report.format.start_time) ?? 0
    const saidUs = seconds(report.format.duration)
    const streams = report.streams.map(stream => measured(stream, report.packets.get(stream.index), originUs))
    return {
      container: demuxer,
      sizeBytes: Number(report.format.size),
      durationUs: demuxer.endsWith('_pipe') ? undefined : lengthOf(streams),
      // Matroska counts from zero, others from the first instant.
      ...(saidUs !== undefined && { saidUs: saidUs - (demuxer === 'matroska' ? originUs : 0) }),
      streams,
    }
  } catch (error) {
    throw rejected(error)
  }
}

/** A failure of the tool is the output's fault; anything else, such as a cancellation, stays what it is. */
export function rejected(error: unknown): unknown {
  if (!(error instanceof AppError && TOOL_FAILURES.includes(error.code))) return error
  const reason = error.cause instanceof Error ? usefulLine(error.cause.message) : undefined
  return new AppError('output_rejected', `The output cannot be read: ${reason ?? error.message}`, { cause: error })
}

const TOOL_FAILURES: readonly string[] = ['ffmpeg_failed', 'media_damaged']

// From the first instant of any picture or sound to the last.
function lengthOf(streams: readonly MeasuredStream[]): Micros {
  const played = streams.filter(({ kind, packets }) => (kind === 'video' || kind === 'audio') && packets > 0)
  if (played.length === 0) return 0
  const ends = played.map(({ startUs, durationUs = 0 }) => startUs + durationUs)
  return Math.max(...ends) - Math.min(...played.map(({ startUs }) => startUs))
}

function measured(stream: ReportedStream, packets: StreamPackets | undefined, originUs: Micros): MeasuredStream {
  const common: Measured = {
    codec: stream.codec_name ?? 'unknown',
    startUs: packets ? startUs(packets, originUs) : 0,
    packets: packets?.count ?? 0,
    ...(packets && { durationUs: packets.endUs - packets.startUs, lastUs: packets.lastUs - packets.startUs }),
  }
  const { codec_type: kind, width = 0, height = 0, channels = 0 } = stream
  if (kind === 'video' && stream.disposition?.['attached_pic'] === 1) return { ...common, kind: 'cover' }
  if (kind === 'video')
    return { ...common, kind, widthPx: width, heightPx: height, frameRate: frameRate(stream, packets) }
  if (kind === 'audio') return { ...common, kind, sampleRateHz: Number(stream.sample_rate), channels }
  return { ...common, kind: kind === 'subtitle' ? kind : 'other' }
}
