// media: what is known of an input or of an operation's result while planning: its streams and their times.
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import { type Colour, colourOf } from './colour/colour.ts'
import { pixelsOf } from './colour/pixel-format.ts'
import { frameLengthUs } from './cut-filters.ts'
import { type Node, sourceNode } from './node.ts'
import type { Precision } from './precision.ts'
import type { AudioStream, FieldOrder, Mastering, Probe, VideoStream } from './probe.ts'

/** Every time is on the media's own clock, which starts at zero. */
export type Media = {
  readonly video?: VideoMedia
  readonly audio?: AudioMedia
  /** The one input whose clock this is: what happens in it happens here at the same instants, from its beginning to its end. */
  readonly clockOf?: string
}

export type VideoMedia = {
  readonly node: Node
  readonly widthPx: number
  readonly heightPx: number
  readonly frameRate: Rational
  readonly variableRate?: boolean
  /** The longest time that a frame is shown. */
  readonly longestFrameUs?: Micros
  /** One frame without a duration. */
  readonly picture: boolean
  readonly colour: Colour
  /** Of a sample. */
  readonly bits: number
  /** Its frames are two fields, which are kept apart: which one is first. */
  readonly interlaced?: FieldOrder
  /** Some of it may be transparent. */
  readonly alpha: boolean
  /** What its light was mastered for, when it is HDR. */
  readonly mastering?: Mastering
  readonly startUs: Micros
  readonly endUs?: Micros
}

export type AudioMedia = {
  readonly node: Node
  readonly sampleRateHz: number
  readonly channels: number
  /** As the source has it: where its channels are meant to be heard, and what its samples can say. */
  readonly layout?: string
  readonly precision?: Precision
  readonly startUs: Micros
  readonly endUs?: Micros
}

/** Of two fields that are one frame: make a whole picture of them, or keep them apart. */
export type Fields = 'made-whole' | 'kept'

/** A source as it is, before anything is done to it. */
export function mediaOf(input: string, probe: Probe, fields: Fields = 'made-whole'): Media {
  const { video, audio } = probe
  return {
    clockOf: input,
    ...(video && { video: videoOf(input, video, fields, probe) }),
    ...(audio && {
      audio: {
        node: sourceNode(input, 'audio'),
        sampleRateHz: audio.sampleRateHz,
        channels: audio.channels,
        ...(audio.layout !== undefined && { layout: audio.layout }),
        ...(audio.precision && { precision: audio.precision }),
        ...timesOf(audio, probe),
      },
    }),
  }
}

function videoOf(input: string, video: VideoStream, fields: Fields, probe: Probe): VideoMedia {
  const { interlaced } = video
  const pixels = pixelsOf(video.pixelFormat)
  const deinterlaced = interlaced && fields === 'made-whole'
  return {
    node: { ...sourceNode(input, 'video'), ...(deinterlaced && { deinterlaced: true as const }) },
    widthPx: video.widthPx,
    heightPx: video.heightPx,
    frameRate: video.frameRate,
    variableRate: video.variableRate === true,
    ...(video.longestFrameUs !== undefined && { longestFrameUs: video.longestFrameUs }),
    picture: video.picture,
    colour: colourOf(video),
    bits: pixels.bits,
    ...(interlaced && fields === 'kept' && { interlaced }),
    alpha: pixels.alpha || video.sideAlpha === true,
    ...(video.mastering && { mastering: video.mastering }),
    ...(video.picture ? { startUs: 0 } : timesOf(video, probe)),
  }
}

function timesOf({ startUs, durationUs }: VideoStream | AudioStream, probe: Probe) {
  return { startUs, endUs: durationUs === undefined ? probe.durationUs : startUs + durationUs }
}

/** What is known of moving pictures at a constant rate. */
export function constantRate(frameRate: Rational): Pick<VideoMedia, 'frameRate' | 'variableRate' | 'longestFrameUs'> {
  return { frameRate, variableRate: false, longestFrameUs: frameLengthUs(frameRate) }
}

/** When the last stream ends; undefined for a picture, and where no container says. */
export function endOf({ video, audio }: Media): Micros | undefined {
  const ends = [video?.endUs, audio?.endUs].filter(end => end !== undefined)
  return ends.length > 0 ? Math.max(...ends) : undefined
}

export function isPicture({ video, audio }: Media): boolean {
  return video?.picture === true && !audio
}
