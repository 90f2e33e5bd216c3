// openings: how often, and from where to where, each source is opened and decoded.
import type { Micros } from '../lib/time.ts'
import { isUntouched, type Node, type SourceNode } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'

/**
 * One `-i`: a source from `fromUs` to `toUs`. All uses of it read along with each other. A use that comes later in its
 * output than the source's own beginning (a second clip of a concat) would make the frames before it pile up, so uses
 * share a decoder only when they are equally late.
 */
export type Opening = {
  readonly input: string
  readonly lateUs: Micros
  readonly fromUs: Micros
  readonly toUs: Micros
  /** Only packets are read: nothing is decoded, and nothing is gained by opening it where a cut begins. */
  readonly copied: boolean
}

type Use = Opening & { readonly output: number }
type Sources = ReadonlyMap<string, Pick<Probe, 'demuxer'>>

// Where an input seek lands exactly; others are read from their start (-ss on an MPEG-TS gave 0 frames of 60).
const SEEKABLE = ['mov', 'matroska']

/** The fewest openings that decode every interval once, in the order in which the outputs read them. */
export function openingsOf(outputs: readonly PlannedOutput[], sources: Sources): Opening[] {
  return merge(outputs.flatMap(output => usesOf(output, sources))).map(({ opening }) => opening)
}

/** The opening that serves a source node read this late; `openings` come from outputs that read it. */
export function openingFor(openings: readonly Opening[], node: SourceNode, lateUs: Micros, copied: boolean): number {
  const found = openings.findIndex(
    opening => opening.input === node.input && (copied ? servesCopy(opening) : serves(opening, node, lateUs)),
  )
  if (found < 0) throw new TypeError(`no opening serves "${node.input}"`)
  return found
}

/** Outputs that share an opening are made by one process; those that share nothing are not held up by each other. */
export function groupByOpenings(outputs: readonly PlannedOutput[], sources: Sources): number[][] {
  const groups: number[][] = []
  const owners = merge(outputs.flatMap(output => usesOf(output, sources))).map(({ uses }) =>
    uses.map(({ output }) => output),
  )
  for (const { index } of outputs) {
    const linked = new Set([index, ...owners.filter(indices => indices.includes(index)).flat()])
    const touching = groups.filter(group => group.some(member => linked.has(member)))
    const joined = [...new Set([...touching.flat(), ...linked])].sort((a, b) => a - b)
    groups.splice(0, groups.length, ...groups.filter(group => !touching.includes(group)), joined)
  }
  return groups
}

function usesOf({ index, video, audio }: PlannedOutput, sources: Sources): Use[] {
  return [video, audio].flatMap(stream => {
    if (!stream) return []
    const copied = stream.encoding === undefined && isUntouched(stream.node)
    return leavesOf(stream.node, 0).map(({ node, lateUs }) => ({
      input: node.input,
      lateUs,
      fromUs: SEEKABLE.includes(sources.get(node.input)?.demuxer ?? '') ? node.fromUs : 0,
      toUs: node.toUs ?? Number.POSITIVE_INFINITY,
      copied,
      output: index,
    }))
  })
}

function leavesOf(node: Node, lateUs: Micros): { node: SourceNode; lateUs: Micros }[] {
  if (node.kind === 'source') return [{ node, lateUs }]
  return node.of.flatMap((child, index) => leavesOf(child, lateUs + (node.delaysUs?.[index] ?? 0)))
}

function merge(uses: readonly Use[]): { opening: Opening; uses: Use[] }[] {
  const decoded = uses.filter(use => !use.copied).toSorted((a, b) => a.fromUs - b.fromUs)
  const merged: { opening: Opening; uses: Use[] }[] = []
  for (const { output, ...use } of decoded) {
    const same = merged.find(
      ({ opening }) => opening.input === use.input && opening.lateUs === use.lateUs && use.fromUs < opening.toUs,
    )
    if (!same) merged.push({ opening: use, uses: [{ ...use, output }] })
    else {
      same.opening = { ...same.opening, toUs: Math.max(same.opening.toUs, use.toUs) }
      same.uses.push({ ...use, output })
    }
  }
  for (const use of uses.filter(({ copied }) => copied)) {
    const same = merged.find(({ opening }) => opening.input === use.input && servesCopy(opening))
    const { output, ...opening } = use
    if (same) same.uses.push(use)
    else merged.push({ opening, uses: [{ ...opening, output }] })
  }
  const order = (opening: Opening) =>
    uses.findIndex(use => use.input === opening.input && use.lateUs === opening.lateUs)
  return merged.toSorted((a, b) => order(a.opening) - order(b.opening))
}

// Packets are copied from the very beginning; a decoder that starts there reads them anyway.
function servesCopy(opening: Opening): boolean {
  return opening.fromUs === 0 && (opening.copied || opening.lateUs === 0)
}

function serves(opening: Opening, node: SourceNode, lateUs: Micros): boolean {
  return !opening.copied && opening.lateUs === lateUs && node.fromUs >= opening.fromUs && node.fromUs < opening.toUs
}
