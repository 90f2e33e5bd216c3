// measure: what an output that we made really is, for the gate to hold against what was promised.
import { AppError } from '../lib/errors.ts'
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import { usefulLine } from '../process/log.ts'
import type { Processes } from '../process/open.ts'
import { seconds, wholeDurationUs } from './duration.ts'
import { askFfprobe, type ReportedStream } from './report.ts'
import { frameRate, startUs } from './streams.ts'

export type Measurement = {
  /** The demuxer that opened it. */
  readonly container: string
  readonly sizeBytes: number
  /** Absent for a picture. */
  readonly durationUs?: Micros
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
  /** Absent where the container does not say (Matroska). */
  readonly durationUs?: Micros
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
    const report = await askFfprobe(source, { options: ['-count_packets'] })
    const originUs = seconds(report.format.start_time) ?? 0
    return {
      container: demuxer,
      sizeBytes: Number(report.format.size),
      durationUs: demuxer.endsWith('_pipe') ? undefined : await wholeDurationUs(source, report),
      streams: report.streams.map(stream => measured(stream, originUs)),
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

function measured(stream: ReportedStream, originUs: Micros): MeasuredStream {
  const common: Measured = {
    codec: stream.codec_name ?? 'unknown',
    startUs: startUs(stream, originUs),
    durationUs: seconds(stream.duration),
    packets: Number(stream.nb_read_packets ?? 0),
  }
  const { codec_type: kind, width = 0, height = 0, channels = 0 } = stream
  if (kind === 'video' && stream.disposition?.['attached_pic'] === 1) return { ...common, kind: 'cover' }
  if (kind === 'video') return { ...common, kind, widthPx: width, heightPx: height, frameRate: frameRate(stream) }
  if (kind === 'audio') return { ...common, kind, sampleRateHz: Number(stream.sample_rate), channels }
  return { ...common, kind: kind === 'subtitle' ? kind : 'other' }
}
