// planned: what a plan says about each output: how its streams are made, and what they will be like.
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import type { Colour } from './colour/colour.ts'
import type { Node } from './node.ts'
import type { FieldOrder, Mastering } from './probe.ts'

export type Plan = {
  readonly outputs: readonly PlannedOutput[]
  /** Indices of outputs that are made by one process, because they share what is decoded. */
  readonly passes: readonly (readonly number[])[]
}

export type PlannedOutput = {
  readonly index: number
  readonly id: string
  readonly destination: string
  /** A name of the container table. */
  readonly container: string
  readonly video?: PlannedVideo
  readonly audio?: PlannedAudio
  /** What travels along with picture and sound; absent when there is nothing. */
  readonly companions?: Companions
  /** From the first instant of any stream to the last of any; absent when no container said how long the sources are. */
  readonly durationUs?: Micros
  /** How much work it is, in pixels to encode; only ratios matter. */
  readonly cost: number
}

export type Companions = {
  /** The one input they come from. */
  readonly input: string
  /** Copied, unless they have an encoder; in this order. */
  readonly streams: readonly PlannedCompanion[]
  /** Whether its chapters come along. */
  readonly chapters: boolean
}

export type PlannedCompanion = {
  readonly kind: 'subtitle' | 'attachment' | 'cover'
  /** Absolute index in the source. */
  readonly index: number
  /** As ffprobe will name it. */
  readonly codec: string
  readonly encoder?: string
}

type PlannedStream = {
  readonly node: Node
  /** As ffprobe will name it. */
  readonly codec: string
  readonly startUs: Micros
  readonly endUs?: Micros
}

export type PlannedVideo = PlannedStream & {
  readonly widthPx: number
  readonly heightPx: number
  readonly frameRate: Rational
  /** What the file will say of its colours; absent when the packets are copied. */
  readonly colour?: Colour
  /** The longest time that a frame is shown. */
  readonly longestFrameUs?: Micros
  /** Absent when the packets are copied. */
  readonly encoding?: {
    readonly encoder: string
    readonly preset?: string
    /** False where B-frames would make the file shorter than its pictures. */
    readonly bFrames?: false
    readonly crf?: number
    readonly bitrateBps?: number
    readonly alpha?: true
    /** Fields are coded apart: which one is first. */
    readonly interlaced?: FieldOrder
    readonly mastering?: Mastering
  }
}

export type PlannedAudio = PlannedStream & {
  readonly sampleRateHz: number
  readonly channels: number
  /** Absent when the packets are copied. */
  readonly encoding?: { readonly encoder: string; readonly bitrateBps?: number }
}
