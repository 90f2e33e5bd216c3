// input-clock: keeps the clock of a source the same, whichever of its streams are used.
import { printSeconds, whole } from '../lib/time.ts'
import type { Habits } from './capabilities.ts'
import type { Probe } from './probe.ts'

// ffmpeg lets the clock of these begin with the streams in use (AVFMT_TS_DISCONT), and that of all others with the first.
const BROKEN = ['mpegts', 'mpeg', 'ogg']

/** What stands before the `-i` of a source of which the streams with these indices are used. */
export function inputClock(
  probe: Probe,
  used: ReadonlySet<number>,
  { clockFollowsUse }: Pick<Habits, 'clockFollowsUse'>,
): string[] {
  const { demuxer, video, audio } = probe
  if (!BROKEN.includes(demuxer)) return []
  // Any offset, even of nothing, leaves the clock alone.
  if (!clockFollowsUse) return ['-itsoffset', '0.000001']
  const starts = [video, audio].flatMap(stream =>
    stream && used.has(stream.index) ? [stream.toldStartUs ?? stream.startUs] : [],
  )
  const lateUs = Math.min(...starts)
  return Number.isFinite(lateUs) && lateUs > 0 ? ['-itsoffset', printSeconds(whole(lateUs))] : []
}
