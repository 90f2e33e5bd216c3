// probe: what the engine needs to know of a source before it can plan.
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'

export type Probe = {
  /** The demuxer that opens it, chosen by our own sniffing: `mov`, `matroska`, `mpegts`, `png_pipe` … */
  readonly demuxer: string
  readonly sizeBytes: number
  /** From the first instant of any stream to the last of any; absent for a picture. */
  readonly durationUs?: Micros
  /** The first video stream that is not cover art. A picture is a video stream of one frame. */
  readonly video?: VideoStream
  readonly audio?: AudioStream
}

type StreamTimes = {
  /** Absolute index in the file, for `-map 0:<index>`. */
  readonly index: number
  /** As ffprobe names it: `h264`, `aac`. */
  readonly codec: string
  /** Of the first sample, on the file's own clock (zero is the earliest start of any stream). */
  readonly startUs: Micros
  /** Absent where the container does not say (Matroska) and for pictures. */
  readonly durationUs?: Micros
}

export type VideoStream = StreamTimes & {
  /** As displayed: after rotation, and with non-square pixels stretched to square ones. */
  readonly widthPx: number
  readonly heightPx: number
  /** Width to height of a stored pixel; absent where pixels are square. */
  readonly pixelAspect?: Rational
  readonly picture: boolean
  readonly frameRate: Rational
  readonly pixelFormat: string
  /** Clockwise, 0, 90, 180 or 270: applied by ffmpeg when it decodes, kept as side data when it copies. */
  readonly rotationDegrees: number
}

export type AudioStream = StreamTimes & {
  readonly sampleRateHz: number
  readonly channels: number
}
