// stream-times: when a stream begins and ends and what it lacks, from its packets and from what its container says.
import type { Flaws } from '../engine/probe.ts'
import type { Micros } from '../lib/time.ts'
import type { StreamPackets } from './packets.ts'
import { type Report, type ReportedStream, seconds } from './report.ts'

/** Counted from the file's earliest instant; what is read of a stream that needs a keyframe begins with that. */
export function startUs(packets: StreamPackets, originUs: Micros): Micros {
  return Math.max(0, packets.startUs - originUs)
}

/** What a stream lacks; undefined when it lacks nothing. */
export function flawsOf(stream: ReportedStream, packets: StreamPackets, { format }: Report): Flaws | undefined {
  const { headless, untimed, hidden, holes, restarts } = packets
  const saidUs = saidEndUs(stream, packets, seconds(format.start_time) ?? 0)
  const flaws: Flaws = {
    ...(headless > 0 && { headless }),
    ...(untimed > 0 && { untimed: true }),
    ...(Math.max(hidden.beforeUs, hidden.afterUs) > PRIMING_US && { hidden }),
    ...(holes.count > 0 && { holes }),
    ...(restarts > 0 && { restarts }),
    ...(saidUs !== undefined && { saidEndUs: saidUs }),
  }
  return Object.keys(flaws).length > 0 ? flaws : undefined
}

// What every encoder of sound puts before the beginning, and what it needs to fill its last packet.
const PRIMING_US = 100_000
// More than the rounding of any header.
const LACKING_US = 500_000

// Only MP4 and its kin write down how long each track is; elsewhere ffprobe tells what it has read or guessed itself.
function saidEndUs(stream: ReportedStream, { startUs, endUs, restarts }: StreamPackets, originUs: Micros) {
  const toldUs = seconds(stream.duration)
  if (toldUs === undefined || restarts > 0 || startUs + toldUs - endUs <= LACKING_US) return undefined
  return startUs + toldUs - originUs
}
