// packet-frames: when the packets of a stream are shown, which is not the order in which they are decoded.
import type { Micros } from '../lib/time.ts'
import { type FrameLengths, frameLengths } from './frame-lengths.ts'

export type Times = {
  readonly count: number
  readonly startUs: Micros
  readonly lastUs: Micros
  readonly endUs: Micros
  readonly longestUs: Micros
  readonly lengths: FrameLengths
}

export type FrameTimes = {
  read(atUs: Micros, durationUs: Micros): void
  /** Counts a packet that only matters when the stream turns out to mark no keyframe. */
  setAside(atUs: Micros, durationUs: Micros): void
  count(): number
  /** Infinite before the first. */
  startUs(): Micros
  /** Zero before the first. */
  endUs(): Micros
  /** Undefined when there was none. */
  sum(): Times | undefined
  aside(): Times | undefined
}

export function frameTimes(): FrameTimes {
  const shown = timeline()
  const aside = timeline()
  return {
    read: shown.read,
    setAside: aside.read,
    count: shown.count,
    startUs: shown.startUs,
    endUs: shown.endUs,
    sum: shown.sum,
    aside: aside.sum,
  }
}

// H.264 and HEVC show at most sixteen frames later than they decode.
const REORDERED = 33

function timeline() {
  const waiting: Micros[] = []
  const lengths = frameLengths()
  let count = 0
  let startUs = Number.POSITIVE_INFINITY
  let endUs = Number.NEGATIVE_INFINITY
  let beforeUs: Micros | undefined
  let longestUs = 0
  let lastGapUs = 0
  let last = { atUs: Number.NEGATIVE_INFINITY, durationUs: 0 }
  const pass = () => {
    const atUs = waiting.shift() ?? 0
    if (beforeUs !== undefined) {
      lastGapUs = atUs - beforeUs
      longestUs = Math.max(longestUs, lastGapUs)
      lengths.read(beforeUs, atUs)
    }
    beforeUs = atUs
  }
  return {
    count: () => count,
    startUs: () => startUs,
    endUs: () => (count === 0 ? 0 : endUs),
    read(atUs: Micros, durationUs: Micros) {
      count++
      startUs = Math.min(startUs, atUs)
      endUs = Math.max(endUs, atUs + durationUs)
      if (atUs >= last.atUs) last = { atUs, durationUs }
      const place = waiting.findLastIndex(other => other <= atUs) + 1
      waiting.splice(place, 0, atUs)
      if (waiting.length > REORDERED) pass()
    },
    sum(): Times | undefined {
      if (count === 0) return undefined
      while (waiting.length > 0) pass()
      // Some containers say of no frame how long it is shown: as long as the one before it, then.
      const lengthUs = last.durationUs > 0 ? last.durationUs : lastGapUs
      const ends = Math.max(endUs, last.atUs + lengthUs)
      lengths.read(last.atUs, ends)
      const longest = Math.max(longestUs, ends - last.atUs)
      return { count, startUs, lastUs: last.atUs, endUs: ends, longestUs: longest, lengths: lengths.sum() }
    },
  }
}
