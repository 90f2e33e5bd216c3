// packets: what the packets of a file say, read through once. A header is a claim; these are the facts.
import type { Micros } from '../lib/time.ts'
import type { FrameLengths } from './frame-lengths.ts'
import { type Clock, steadyClock } from './packet-clock.ts'
import { type FrameTimes, frameTimes } from './packet-frames.ts'
import { type Holes, holeFinder } from './packet-holes.ts'

/** A packet as ffprobe prints it; times are microseconds on the file's own clock, absent where the file has none. */
export type Packet = {
  readonly index: number
  readonly kind: string
  readonly ptsUs?: Micros
  readonly dtsUs?: Micros
  readonly durationUs?: Micros
  readonly key: boolean
  /** Decoded, and not shown: an edit list has cut it off. */
  readonly hidden: boolean
}

/** Samples of a packet that are decoded and not heard: what an encoder needs before the beginning and after the end. */
export type Silenced = { readonly before: number; readonly after: number }

/** What there is of one stream. Times are on the clock that ffmpeg decodes by, which goes on where the file's starts again. */
export type StreamPackets = {
  /** Of those that are shown. */
  readonly count: number
  readonly startUs: Micros
  /** When the last one begins to be shown … */
  readonly lastUs: Micros
  /** … and when it ends. */
  readonly endUs: Micros
  /** How long the last one is shown, where ffmpeg does not know. */
  readonly lastHeldUs?: Micros
  /** The longest time that one is shown. */
  readonly longestUs: Micros
  /** How long most are shown, and those that are shown longer. */
  readonly lengths: FrameLengths
  /** Those at the beginning that need a keyframe which is not there. */
  readonly headless: number
  /** How much later keyframes are shown than read, of those after which frames come that are shown before them. */
  readonly ledUs: Micros
  /** Those that do not say when they are shown. */
  readonly untimed: number
  /** What an edit list cuts off: before the beginning, and after it. */
  readonly hidden: { readonly beforeUs: Micros; readonly afterUs: Micros }
  /** Of sound: where there is none between two packets … */
  readonly holes: Holes
  /** … and, if all packets are of one length, within those that claim to be longer. */
  readonly holesWithin: Holes
  /** Of sound: of its first packet and of its last. */
  readonly silenced: Silenced
  /** How much shorter its last packet is than most: some containers have taken off what is not heard of it. */
  readonly lastShorterUs: Micros
  /** How often the clock of the file has started again. */
  readonly restarts: number
}

export type PacketReader = {
  read(packet: Packet): void
  /** Of the packet that was read last. */
  readSilenced(samples: Silenced): void
  /** By the index of the stream; without those that have not a single packet that is shown. */
  end(): ReadonlyMap<number, StreamPackets>
}

type Counter = {
  readonly frames: FrameTimes
  readonly holes: ReturnType<typeof holeFinder>
  readonly clock: Clock
  keyUs?: Micros
  /** The last keyframe. */
  key?: { readonly ptsUs: Micros; readonly dtsUs: Micros }
  ledUs: Micros
  headless: number
  untimed: number
  firstHiddenUs?: Micros
  hiddenAfterUs: Micros
  silenced: Silenced
}

/** Reads the packets of a file in their order. The demuxer decides what a clock that jumps means. */
export function packetReader(demuxer: string): PacketReader {
  const steady = steadyClock(demuxer)
  const counters = new Map<number, Counter>()
  let last: Counter | undefined
  return {
    read(packet) {
      const known = counters.get(packet.index)
      const counter = known ?? { frames: frameTimes(), holes: holeFinder(), clock: steady.stream(), ...NOTHING_YET }
      if (!known) counters.set(packet.index, counter)
      count(counter, packet)
      counter.silenced = { ...counter.silenced, after: 0 }
      last = counter
    },
    readSilenced({ before, after }) {
      if (!last) return
      // A packet that an edit list cuts off was not counted at all.
      const first = last.frames.count() === 1 && last.firstHiddenUs === undefined
      last.silenced = { before: first ? before : last.silenced.before, after }
    },
    end() {
      return new Map([...counters].flatMap(([index, counter]) => summed(counter).map(sum => [index, sum] as const)))
    },
  }
}

const NOTHING_YET = { ledUs: 0, headless: 0, untimed: 0, hiddenAfterUs: 0, silenced: { before: 0, after: 0 } } as const

function count(counter: Counter, packet: Packet): void {
  const { kind, durationUs = 0, key, hidden } = packet
  const { ptsUs, dtsUs } = counter.clock.moved(packet)
  const atUs = ptsUs ?? dtsUs ?? counter.frames.endUs()
  if (ptsUs === undefined) counter.untimed++
  if (kind === 'video') readLed(counter, packet, atUs, dtsUs ?? atUs)
  // Pictures before the first keyframe cannot be decoded, and those that the first one leads to cannot either.
  if (kind === 'video') {
    if (key) counter.keyUs ??= atUs
    if (counter.keyUs === undefined) counter.frames.setAside(atUs, durationUs)
    if (counter.keyUs === undefined || atUs < counter.keyUs) {
      counter.headless++
      return
    }
  }
  if (hidden) {
    counter.firstHiddenUs = Math.min(counter.firstHiddenUs ?? atUs, atUs)
    if (atUs > counter.frames.startUs()) counter.hiddenAfterUs += durationUs
    return
  }
  if (kind === 'audio') counter.holes.read(atUs, durationUs)
  counter.frames.read(atUs, durationUs)
}

// An open group of pictures begins with frames that need the group before, and a seek to its keyframe does not find them.
function readLed(counter: Counter, { key }: Packet, ptsUs: Micros, dtsUs: Micros): void {
  if (key) counter.key = { ptsUs, dtsUs }
  else if (counter.key && ptsUs < counter.key.ptsUs)
    counter.ledUs = Math.max(counter.ledUs, counter.key.ptsUs - counter.key.dtsUs)
}

function summed({ frames, holes, clock, ...counter }: Counter): StreamPackets[] {
  // Some files mark no keyframe at all, and play.
  const markless = frames.count() === 0 && counter.firstHiddenUs === undefined
  const times = markless ? frames.aside() : frames.sum()
  if (!times) return []
  return [
    {
      ...times,
      headless: markless ? 0 : counter.headless,
      ledUs: counter.ledUs,
      untimed: counter.untimed,
      hidden: {
        beforeUs: Math.max(0, times.startUs - (counter.firstHiddenUs ?? times.startUs)),
        afterUs: counter.hiddenAfterUs,
      },
      holes: holes.found(),
      holesWithin: holes.foundWithin(),
      silenced: counter.silenced,
      lastShorterUs: holes.lastShorterUs(),
      restarts: clock.restarts(),
    },
  ]
}
