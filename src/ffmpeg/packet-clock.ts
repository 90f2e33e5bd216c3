// packet-clock: the clock that ffmpeg decodes by, where the clock of the file starts again in the middle.
import type { Micros } from '../lib/time.ts'

/** Of one stream. */
export type Clock = {
  moved(packet: Stamped): { readonly ptsUs?: Micros; readonly dtsUs?: Micros }
  restarts(): number
}
type Stamped = { readonly ptsUs?: Micros; readonly dtsUs?: Micros; readonly durationUs?: Micros }

// Formats that are cut out of a broadcast or put one after the other: of these alone ffmpeg closes the gaps.
const BROKEN = ['mpegts', 'mpeg', 'ogg']
// As ffmpeg's `-dts_delta_threshold`, and how far back is no jitter any more (ffmpeg.c, ts_discontinuity_detect).
const LONGEST_GAP_US = 10_000_000
const BACK_US = 100_000

/** One for all streams of a file, since one offset moves all. */
export function steadyClock(demuxer: string): { stream(): Clock } {
  const broken = BROKEN.includes(demuxer)
  let offsetUs = 0
  return {
    stream() {
      let nextUs: Micros | undefined
      let movedUs = offsetUs
      let restarts = 0
      return {
        restarts: () => restarts,
        moved({ ptsUs, dtsUs = ptsUs, durationUs = 0 }) {
          if (!broken || dtsUs === undefined) return { ptsUs, dtsUs }
          const aheadUs = nextUs === undefined ? 0 : dtsUs + offsetUs - nextUs
          if (Math.abs(aheadUs) > LONGEST_GAP_US || aheadUs < -BACK_US) {
            offsetUs -= aheadUs
          }
          // Whichever stream comes first moves all of them.
          if (offsetUs !== movedUs) restarts++
          movedUs = offsetUs
          nextUs = dtsUs + offsetUs + durationUs
          return { dtsUs: dtsUs + offsetUs, ...(ptsUs !== undefined && { ptsUs: ptsUs + offsetUs }) }
        },
      }
    },
  }
}
