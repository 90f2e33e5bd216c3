// stream-times: when a stream begins and ends and what it lacks, from its packets and from what its container says.
import type { Flaws } from '../engine/probe.ts'
import type { Micros } from '../lib/time.ts'
import type { StreamPackets } from './packets.ts'
import { type Report, type ReportedStream, seconds } from './report.ts'

/** Counted from the file's earliest instant; what is read of a stream that needs a keyframe begins with that. */
export function startUs(packets: Pick<StreamPackets, 'startUs'>, originUs: Micros): Micros {
  return Math.max(0, packets.startUs - originUs)
}

/** When a stream is seen or heard, which is less than its packets: encoders of sound need some of them for themselves. */
export function playedTimes(
  { codec_type, sample_rate }: ReportedStream,
  { startUs, endUs, silenced: { before, after }, lastShorterUs }: StreamPackets,
): { readonly startUs: Micros; readonly endUs: Micros } {
  if (codec_type !== 'audio') return { startUs, endUs }
  const lengthUs = (samples: number) => Math.round((samples * 1_000_000) / Number(sample_rate))
  return { startUs: startUs + lengthUs(before), endUs: endUs - Math.max(0, lengthUs(after) - lastShorterUs) }
}

/** What a stream lacks; undefined when it lacks nothing. */
export function flawsOf(stream: ReportedStream, packets: StreamPackets, { format }: Report): Flaws | undefined {
  const { headless, untimed, hidden, restarts } = packets
  const holes = FRAMED.includes(stream.codec_name ?? '') ? packets.holesWithin : packets.holes
  const saidUs = saidEndUs(stream, packets, format)
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

// All frames of a stream are of one length, and a packet is a frame.
const FRAMED = ['aac', 'mp3', 'mp2', 'ac3', 'eac3', 'opus', 'amr_nb', 'amr_wb']

// What every encoder of sound puts before the beginning, and what it needs to fill its last packet.
const PRIMING_US = 100_000
// More than the rounding of any header.
const LACKING_US = 500_000

/** Pictures of which the last one is held for so long. */
export function heldLonger(packets: StreamPackets, heldUs: Micros): StreamPackets {
  const { lastUs, endUs, longestUs, lengths } = packets
  const untilUs = lastUs + heldUs
  if (untilUs <= endUs) return packets
  const held = [...lengths.held.filter(({ fromUs }) => fromUs !== lastUs), { fromUs: lastUs, untilUs }]
  return {
    ...packets,
    endUs: untilUs,
    longestUs: Math.max(longestUs, heldUs),
    lengths: { ...lengths, held },
    lastHeldUs: heldUs,
  }
}

// Matroska does not write down how long each track is: what ffprobe tells of one is a guess.
export function saidEndUs(
  stream: ReportedStream,
  { startUs, endUs, restarts }: StreamPackets,
  { format_name = '', start_time }: Report['format'],
): Micros | undefined {
  const originUs = seconds(start_time) ?? 0
  const toldUs = format_name.startsWith('matroska') ? undefined : seconds(stream.duration)
  if (toldUs === undefined || restarts > 0 || startUs + toldUs - endUs <= LACKING_US) return undefined
  return startUs + toldUs - originUs
}
