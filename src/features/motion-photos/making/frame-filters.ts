// frame-filters: which frames of the source are taken, told in filters on the source's own clock.
import { type Filter, printChain } from '../../../engine/filtergraph.ts'
import type { Probe, VideoStream } from '../../../engine/probe.ts'
import { type Micros, printSeconds, whole } from '../../../lib/time.ts'
import { MICRO_CLOCK, sourceClock } from './reading.ts'
import type { TimeWindow } from './time-window.ts'

/**
 * From a stream to `[source]`: what begins before `endUs`, on the source's clock, and behind it, further away than any
 * source is long, its first frame once more. What asks for the frame at a time then always sees that another one
 * follows: when a stream ends, filters are told all sorts of times.
 */
export function sourceChains({ probe, video }: { probe: Probe; video: VideoStream }, endUs: Micros): string[] {
  const far: Filter = { name: 'setpts', args: { expr: `${FAR_S * 1_000_000}` } }
  return [
    printChain(
      [`0:${video.index}`],
      [...sourceClock(probe), { name: 'trim', args: { end: printSeconds(whole(endUs)) } }, splitIn(2)],
      ['all', 'one'],
    ),
    printChain(['one'], [{ name: 'trim', args: { end_frame: 1 } }, far], ['far']),
    printChain(['all', 'far'], [{ name: 'interleave', args: { nb_inputs: 2 } }], ['source']),
  ]
}

export function splitIn(outputs: number): Filter {
  return { name: 'split', args: { outputs } }
}

/** Those that begin after the start, and before the end. */
export function between(startUs: Micros, endUs: Micros): Filter {
  return { name: 'trim', args: { start: printSeconds(whole(startUs + 1)), end: printSeconds(whole(endUs)) } }
}

/** The one frame that is on the screen at this time, or the first if none is yet; from now on it begins at `movedUs`. */
export function frameAt(atUs: Micros, movedUs: Micros): Filter[] {
  return [
    ...shownAt(atUs, `1/${FAR_S}`),
    { name: 'trim', args: { end_frame: 1 } },
    MICRO_CLOCK,
    { name: 'setpts', args: { expr: `${movedUs}` } },
  ]
}

/**
 * The frames that are on the screen at the points of a grid that has the cover's time among them, so that the cover's
 * frame is never one of those left out.
 */
export function framesOnGrid({ startUs, endUs, coverUs, speedMicro }: TimeWindow, gridHz: number): Filter[] {
  const stepUs = speedMicro / gridHz
  // Rounded up, lest the cover's point be a fraction of a microsecond too early for the cover's frame.
  const firstUs = Math.ceil(coverUs - Math.floor((coverUs - startUs) / stepUs) * stepUs)
  return [
    ...shownAt(firstUs, `${gridHz * 1_000_000}/${speedMicro}`),
    MICRO_CLOCK,
    { name: 'setpts', args: { expr: `round(${firstUs}+N*${speedMicro}/${gridHz})` } },
    { name: 'trim', args: { end: printSeconds(whole(endUs)) } },
  ]
}

/** The source's clock, but counted from the range's start. */
export function fromStart({ startUs }: TimeWindow): Filter {
  return { name: 'setpts', args: { expr: `PTS-${startUs}` } }
}

/** On that clock: the cover's frame is the last that has begun by then. */
export function latestCoverUs({ startUs, coverUs, gridHz }: TimeWindow): Micros {
  return coverUs - startUs + (gridHz === undefined ? 0 : 1)
}

/** The clip's own clock: it begins with its first frame, and runs at its speed. */
export function clipClock({ startUs, speedMicro }: TimeWindow): Filter {
  return { name: 'setpts', args: { expr: `if(N,round((PTS-${startUs})*1000000/${speedMicro}),0)` } }
}

// Rounding up, fps gives for each of its points the last frame that has begun by then; and the first one for points
// before that.
function shownAt(fromUs: Micros, rate: string): Filter[] {
  return [
    { name: 'setpts', args: { expr: `PTS-${fromUs}` } },
    { name: 'fps', args: { fps: rate, start_time: 0, round: 'up' } },
  ]
}

// Longer than any source may be.
const FAR_S = 100_000
