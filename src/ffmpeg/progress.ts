// progress: reads the key=value lines of `-progress` and tells how far an encode is, from 0 to 1, never backwards.
import type { Micros } from '../lib/time.ts'

/**
 * What the fraction is a fraction of: the longest output's duration; or, where the clock of some output has nothing to do
 * with the work, the number of frames of the first output that has a picture.
 */
export type Expected = { readonly expectedUs: Micros } | { readonly expectedFrames: number }

/**
 * A reader for lines of `ffmpeg -progress`. `onFraction` hears only of growth, and never of 1: that is for the caller to
 * say, once the process has ended well.
 */
export function progressReader(expected: Expected, onFraction: (fraction: number) => void): (line: string) => void {
  const fractionIn = 'expectedUs' in expected ? timeIn(expected.expectedUs) : framesIn(expected.expectedFrames)
  let highest = 0
  return line => {
    const fraction = fractionIn(line)
    // N/A before the first packet, negative times with B-frames, an expected duration of zero: nothing to tell.
    if (!Number.isFinite(fraction) || fraction <= highest || highest >= ALMOST) return
    highest = Math.min(fraction, ALMOST)
    onFraction(highest)
  }
}

const ALMOST = 0.999

function timeIn(expectedUs: Micros): (line: string) => number {
  return line => Number(/^out_time_us=(-?\d{1,18})\s*$/.exec(line)?.[1] ?? Number.NaN) / expectedUs
}

function framesIn(expectedFrames: number): (line: string) => number {
  return line => Number(/^frame=\s*(\d{1,18})\s*$/.exec(line)?.[1] ?? Number.NaN) / expectedFrames
}
