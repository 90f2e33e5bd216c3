// media: what is known of an input or of an operation's result while planning: its streams and their times.
import type { Rational } from '../lib/rational.ts'
import type { Micros } from '../lib/time.ts'
import { type Colour, colourOf } from './colour/colour.ts'
import { pixelsOf } from './colour/pixel-format.ts'
import { frameLengthUs } from './cut-filters.ts'
import { type Node, sourceNode } from './node.ts'
import type { Precision } from './precision.ts'
import type { Mastering, Probe } from './probe.ts'

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

/** A source as it is, before anything is done to it. */
export function mediaOf(input: string, { video, audio, durationUs }: Probe): Media {
  const times = (stream: { startUs: Micros; durationUs?: Micros }) => ({
    startUs: stream.startUs,
    endUs: stream.durationUs === undefined ? durationUs : stream.startUs + stream.durationUs,
  })
  const pixels = pixelsOf(video?.pixelFormat ?? '')
  return {
    clockOf: input,
    ...(video && {
      video: {
        node: { ...sourceNode(input, 'video'), ...(video.interlaced && { deinterlaced: true as const }) },
        widthPx: video.widthPx,
        heightPx: video.heightPx,
        frameRate: video.frameRate,
        variableRate: video.variableRate === true,
        ...(video.longestFrameUs !== undefined && { longestFrameUs: video.longestFrameUs }),
        picture: video.picture,
        colour: colourOf(video),
        bits: pixels.bits,
        alpha: pixels.alpha || video.sideAlpha === true,
        ...(video.mastering && { mastering: video.mastering }),
        ...(video.picture ? { startUs: 0 } : times(video)),
      },
    }),
    ...(audio && {
      audio: {
        node: sourceNode(input, 'audio'),
        sampleRateHz: audio.sampleRateHz,
        channels: audio.channels,
        ...(audio.layout !== undefined && { layout: audio.layout }),
        ...(audio.precision && { precision: audio.precision }),
        ...times(audio),
      },
    }),
  }
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
