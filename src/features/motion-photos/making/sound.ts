// sound: the clip's sound: on the picture's clock, at the clip's speed, and at the pitch it had.
import type { Filter } from '../../../engine/filtergraph.ts'
import type { AudioStream, Probe } from '../../../engine/probe.ts'
import { printSeconds, whole } from '../../../lib/time.ts'
import type { TimeWindow } from './time-window.ts'

/** Whether anything is heard in this stretch of the source. */
export function isHeard({ audio, durationUs = 0 }: Probe, { startUs, endUs }: TimeWindow): boolean {
  if (!audio) return false
  const lastUs = audio.durationUs === undefined ? durationUs : audio.startUs + audio.durationUs
  return audio.startUs < endUs - SHORTEST_US && lastUs > startUs + SHORTEST_US
}

// Less than a packet of any codec.
const SHORTEST_US = 20_000

export function soundFilters({ startUs, endUs, speedMicro }: TimeWindow, stream: AudioStream): Filter[] {
  return [
    { name: 'atrim', args: { start: printSeconds(whole(startUs)), end: printSeconds(whole(endUs)) } },
    { name: 'asetpts', args: { expr: `round(PTS-${printSeconds(whole(startUs))}/TB)` } },
    ...wholeFromZero(stream),
    ...tempos(speedMicro / 1_000_000).map((tempo): Filter => ({ name: 'atempo', args: { tempo } })),
  ]
}

/** Silence where nothing is heard yet, and in gaps: what counts samples would lose their time. */
export function wholeFromZero({ channels }: AudioStream): Filter[] {
  return [
    // One layout and no choice: where a source changes in the middle, ffmpeg would not know which it had chosen before.
    { name: 'aresample', args: { osr: 48_000, async: 1, first_pts: 0 } },
    { name: 'aformat', args: { sample_rates: 48_000, channel_layouts: channels === 1 ? 'mono' : 'stereo' } },
  ]
}

// Beyond a factor of two atempo leaves samples out, and under a half it refuses: so a chain of equal, smaller steps.
function tempos(speed: number): number[] {
  if (speed === 1) return []
  const steps = Math.max(1, Math.ceil(Math.abs(Math.log2(speed)) - 1e-9))
  return Array.from({ length: steps }, () => Number((speed ** (1 / steps)).toFixed(9)))
}
