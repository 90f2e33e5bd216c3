// reading: how a source is opened, so that every time in the graph is a time on the source's own clock.
import { inputPath } from '../../../engine/command.ts'
import { inputOptions } from '../../../engine/input-options.ts'
import { type Micros, printSeconds, whole } from '../../../lib/time.ts'

export const QUIET = [
  '-hide_banner',
  '-nostdin',
  '-y',
  '-loglevel',
  'error',
  '-nostats',
  // Somebody watches: half a second, which is usual, is most of what is made here.
  '-stats_period',
  '0.1',
  '-progress',
  'pipe:1',
] as const

/** Options up to and with `-i`: read from a keyframe before this time, or from the start where no seek is exact. */
export function reading(demuxer: string, fromUs: Micros, index = 0): string[] {
  const seekUs = SEEKABLE.includes(demuxer) ? fromUs - EARLIER_US : 0
  return [
    ...inputOptions(demuxer),
    // Inexact on purpose: the frame that is on the screen at a time may have begun long before it.
    ...(seekUs > 0 ? ['-noaccurate_seek', '-ss', printSeconds(whole(seekUs))] : []),
    ...['-i', inputPath(index)],
  ]
}

/** A seek would move the clock by a rounded time, and the frame at the cut would be another one. */
export const SOURCE_CLOCK = ['-copyts', '-start_at_zero'] as const

// As in the engine: on others a seek may find nothing.
const SEEKABLE = ['mov', 'matroska']
// What a sound decoder that starts cold gets wrong, and how far B-frames reorder.
const EARLIER_US: Micros = 300_000
