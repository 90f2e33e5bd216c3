// time-window: which stretch of the source becomes the clip, how fast it runs, and when the still is taken.
import type { Probe, VideoStream } from '../../../engine/probe.ts'
import { AppError } from '../../../lib/errors.ts'
import { toNumber } from '../../../lib/rational.ts'
import { type Micros, printSeconds, toSeconds, whole } from '../../../lib/time.ts'

export type TimeWindow = {
  /** [start, end) on the source's clock. */
  readonly startUs: Micros
  readonly endUs: Micros
  /** Inside of it: the frame on the screen at this time is the still, and one of the clip. */
  readonly coverUs: Micros
  /** Speed in millionths, so that every time that comes of it is exact. */
  readonly speedMicro: number
  /** How long the clip is to be. */
  readonly durationUs: Micros
  /** Where frames would come faster than this a second, they are taken at this pace instead. */
  readonly gridHz?: number
}

type Asked = Pick<TimeWindow, 'startUs' | 'endUs' | 'coverUs'> & { readonly speed: number; readonly fastestHz: number }

/** Players round: what lies past the end is the end. Throws `request_invalid` when nothing is left. */
export function timeWindow(asked: Asked, { durationUs: wholeUs = 0 }: Probe, video: VideoStream): TimeWindow {
  const { startUs, speed, fastestHz } = asked
  const endUs = Math.min(asked.endUs, wholeUs)
  if (startUs >= endUs)
    throw new AppError(
      'request_invalid',
      `Nothing is between ${printSeconds(whole(startUs))} s and ${printSeconds(whole(asked.endUs))} s: the source lasts ${printSeconds(whole(wholeUs))} s`,
    )
  const speedMicro = Math.round(speed * 1_000_000)
  return {
    startUs,
    endUs,
    // The end itself is not shown any more: there the last frame is meant.
    coverUs: Math.min(Math.max(startUs, asked.coverUs), endUs - 1),
    speedMicro,
    durationUs: Math.max(1, Math.round(((endUs - startUs) * 1_000_000) / speedMicro)),
    ...(toNumber(video.frameRate) * speed > fastestHz * ROUNDING && { gridHz: fastestHz }),
  }
}

/** About how many frames the clip has. By its clock nobody could tell how far it is: stills last for ever. */
export function framesOf({ startUs, endUs, durationUs, gridHz }: TimeWindow, { frameRate }: VideoStream): number {
  const taken = gridHz === undefined ? toSeconds(endUs - startUs) * toNumber(frameRate) : toSeconds(durationUs) * gridHz
  return Math.max(1, taken)
}

// 59.94 and 60.1 are sixty to every player.
const ROUNDING = 1.01
