// progress: reads the key=value lines of `-progress` and tells how far an encode is, from 0 to 1, never backwards.
import type { Micros } from '../lib/time.ts'

/**
 * A reader for lines of `ffmpeg -progress`. `onFraction` hears only of growth, and never of 1: that is for the caller to
 * say, once the process has ended well.
 */
export function progressReader(expectedUs: Micros, onFraction: (fraction: number) => void): (line: string) => void {
  let highest = 0
  return line => {
    const fraction = outTimeUs(line) / expectedUs
    // N/A before the first packet, negative times with B-frames, an expected duration of zero: nothing to tell.
    if (!Number.isFinite(fraction) || fraction <= highest || highest >= ALMOST) return
    highest = Math.min(fraction, ALMOST)
    onFraction(highest)
  }
}

const ALMOST = 0.999

function outTimeUs(line: string): number {
  const match = /^out_time_us=(-?\d{1,18})\s*$/.exec(line)
  return match ? Number(match[1]) : Number.NaN
}
