// reading: how a source is opened, and the one clock on which every time in a graph is told: zero is the earliest start
// of any of its streams, whichever of them are used.
import { inputPath } from '../../../engine/command.ts'
import type { Filter } from '../../../engine/filtergraph.ts'
import { inputOptions } from '../../../engine/input-options.ts'
import type { Probe } from '../../../engine/probe.ts'
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

/**
 * Left to itself ffmpeg moves the clock: by a rounded time when it seeks, and in MPEG-TS to the start of those streams
 * alone that are used, in every version by other rules. So timestamps come as they are stored, and filters move them.
 */
export const STORED_TIMES = ['-copyts'] as const

/** The first filters of every picture: whole microseconds on the source's clock, and the first frame from its zero on. */
export function sourceClock({ originUs = 0 }: Probe): Filter[] {
  return [MICRO_CLOCK, { name: 'setpts', args: { expr: `if(N,PTS-${originUs},min(PTS-${originUs},0))` } }]
}

/** The same for sound, which begins when it begins. */
export function soundClock({ originUs = 0 }: Probe): Filter[] {
  return originUs === 0 ? [] : [{ name: 'asetpts', args: { expr: `PTS-round(${printSeconds(whole(originUs))}/TB)` } }]
}

/** A clock of whole microseconds: times are then compared and printed as they are. */
export const MICRO_CLOCK: Filter = { name: 'settb', args: { expr: '1/1000000' } }

// As in the engine: on others a seek may find nothing.
const SEEKABLE = ['mov', 'matroska']
// What a sound decoder that starts cold gets wrong, and how far B-frames reorder.
const EARLIER_US: Micros = 300_000
