// openings: how often, and from where to where, each source is opened and decoded.
import type { Micros } from '../lib/time.ts'
import { frameLengthUs } from './cut-filters.ts'
import { firstInput, type Node, type SourceNode } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'
import { type Read, readKey, readsOf } from './reads.ts'

/** One `-i`: a source from `fromUs` on. All that is read from it is read along with each other. */
export type Opening = {
  readonly input: string
  readonly fromUs: Micros
  /** What is decoded from it, by readKey. */
  readonly decoded: ReadonlySet<string>
  /** Indices of the outputs that copy packets from it. */
  readonly copiedBy: ReadonlySet<number>
}

type Sources = ReadonlyMap<string, Pick<Probe, 'demuxer' | 'video'>>
type Shared = { readonly reads: readonly Read[]; readonly copiedBy: ReadonlySet<number> }

// Where an input seek lands exactly; others are read from their start (-ss on an MPEG-TS gave 0 frames of 60).
const SEEKABLE = ['mov', 'matroska']
// A sound decoder that starts cold gets its first packets wrong: 80 ms of Opus, 190 ms of MP3 with few bits.
const PREROLL_US: Micros = 200_000

/** The fewest openings that decode every interval once, in the order in which the outputs read them. */
export function openingsOf(outputs: readonly PlannedOutput[], sources: Sources): Opening[] {
  return shared(outputs).map(({ reads, copiedBy }) => {
    const input = reads[0]?.input ?? ''
    const seekable = SEEKABLE.includes(sources.get(input)?.demuxer ?? '')
    const decoded = reads.filter(read => !read.copied)
    return {
      input,
      fromUs: seekable && decoded.length > 0 ? Math.min(...decoded.map(read => firstNeeded(read, sources))) : 0,
      decoded: new Set(decoded.map(({ key }) => key)),
      copiedBy,
    }
  })
}

/** How long before an instant the frame that is on the screen then has come there, at most; zero without pictures. */
export function shownBeforeUs(source: Pick<Probe, 'video'> | undefined, atUs: Micros): Micros {
  if (!source?.video) return 0
  const { frameRate, heldFrames = [], usualFrameUs } = source.video
  const held = heldFrames.find(({ fromUs, untilUs }) => fromUs <= atUs && atUs < untilUs)
  return held ? atUs - held.fromUs + CLOCK_US : (usualFrameUs ?? frameLengthUs(frameRate))
}

// Containers' clocks are as coarse as this.
const CLOCK_US: Micros = 1500

/** The opening that a source node read this late is decoded from. */
export function decodingOf(openings: readonly Opening[], node: SourceNode, lateUs: Micros): number {
  const key = readKey(node, lateUs)
  return existing(openings.findIndex(({ decoded }) => decoded.has(key)))
}

/** The opening that an output copies a source's packets from. */
export function copyingOf(openings: readonly Opening[], input: string, output: number): number {
  return existing(openings.findIndex(opening => opening.input === input && opening.copiedBy.has(output)))
}

/** Any opening of the source that comes first in a stream; 0 when there is none. */
export function firstOpening(node: Node | undefined, openings: readonly Opening[]): number {
  const first = firstInput(node)
  return Math.max(
    0,
    openings.findIndex(({ input }) => input === first),
  )
}

/** For each opening of moving pictures or sound, the outputs that read from it. A logo is decoded in no time. */
export function sharersOf(outputs: readonly PlannedOutput[], sources: Sources): ReadonlySet<number>[] {
  return shared(outputs)
    .filter(({ reads }) => !sources.get(reads[0]?.input ?? '')?.video?.picture)
    .map(({ reads }) => new Set(reads.flatMap(read => [...read.outputs])))
}

function shared(outputs: readonly PlannedOutput[]): Shared[] {
  const reads = readsOf(outputs)
  const found: { reads: Read[]; copiedBy: Set<number> }[] = []
  for (const read of reads.filter(({ copied }) => !copied).toSorted((a, b) => a.startUs - b.startUs)) {
    const same = found.find(({ reads: others }) => decodedTogether(others, read))
    if (same) same.reads.push(read)
    else found.push({ reads: [read], copiedBy: new Set() })
  }
  for (const read of reads.filter(({ copied }) => copied)) {
    const same = found.find(({ reads: others }) => others.some(other => copiedAlong(other, read)))
    if (same) same.reads.push(read)
    const opening = same ?? { reads: [read], copiedBy: new Set() }
    if (!same) found.push(opening)
    for (const output of read.outputs) opening.copiedBy.add(output)
  }
  const order = (item: Shared) => Math.min(...item.reads.map(read => reads.indexOf(read)))
  return found.toSorted((a, b) => order(a) - order(b))
}

// `others` are in order of their starts. A decoder runs at the pace of its first reader, and frames pile up before the
// others: so all must be equally late in their outputs, and what keeps step with another source must start with all.
function decodedTogether(others: readonly Read[], read: Read): boolean {
  const [first] = others
  if (!first || first.input !== read.input || first.copied || first.lateUs !== read.lateUs) return false
  if (others.every(({ startUs }) => startUs === read.startUs)) return true
  const overlapping = others.some(({ endUs }) => read.startUs < endUs)
  return overlapping && ![...others, read].some(({ inStep }) => inStep)
}

// Packets come along with a decoder that reads the whole source for the same output anyway. Of any other output they
// would make the decoder run on to the end of the source, long after the last frame that is wanted.
function copiedAlong(other: Read, read: Read): boolean {
  if (other.input !== read.input) return false
  if (other.copied) return true
  const whole = other.lateUs === 0 && other.startUs === 0 && other.endUs === Number.POSITIVE_INFINITY
  return whole && [...read.outputs].every(output => other.outputs.has(output))
}

function firstNeeded({ input, startUs, media }: Read, sources: Sources): Micros {
  const warmUpUs = media.has('audio') ? PREROLL_US : 0
  const source = sources.get(input)
  const { interlaced, keyframeLateUs = 0 } = source?.video ?? {}
  // The frame that is on the screen when the read begins; and, where fields are made into frames, the one before. What a
  // keyframe is shown after is not found by a seek to it.
  const frameUs = media.has('video') ? shownBeforeUs(source, startUs) * (interlaced ? 2 : 1) + keyframeLateUs : 0
  return Math.max(0, startUs - Math.max(warmUpUs, frameUs))
}

function existing(index: number): number {
  if (index < 0) throw new TypeError('no opening serves this')
  return index
}
