// reads: what outputs read of their sources: which intervals, how late, and in step with what.
import type { Micros } from '../lib/time.ts'
import { isUntouched, type MediaKind, type Node, type SourceNode } from './node.ts'
import type { Companions, PlannedOutput } from './planned.ts'

/** A distinct interval of a source, and who reads it. */
export type Read = {
  readonly key: string
  readonly input: string
  /** How long after the beginning of the output it is first read: a second clip of a concat is late. */
  readonly lateUs: Micros
  readonly startUs: Micros
  /** Infinite when it is read to the end. */
  readonly endUs: Micros
  /** Only packets are read: nothing is decoded. */
  readonly copied: boolean
  /** Some output reads it frame by frame along with another read, as an overlay does. */
  readonly inStep: boolean
  readonly media: ReadonlySet<MediaKind | 'companion'>
  readonly outputs: ReadonlySet<number>
}

type Leaf = {
  readonly node: Omit<SourceNode, 'media'> & { readonly media: MediaKind | 'companion' }
  readonly lateUs: Micros
  readonly inStep: boolean
}

/** All distinct reads, in the order in which the outputs name them. */
export function readsOf(outputs: readonly PlannedOutput[]): Read[] {
  const found = new Map<string, Read>()
  for (const { index, video, audio, companions } of outputs) {
    for (const stream of [video, audio, companions]) {
      if (!stream) continue
      const copied = !('node' in stream) || (stream.encoding === undefined && isUntouched(stream.node))
      const leaves = 'node' in stream ? leavesOf(stream.node, 0, false) : [companionLeaf(stream)]
      for (const { node, lateUs, inStep } of leaves) {
        const key = copied ? `copy ${index} ${node.input}` : readKey(node, lateUs)
        const known = found.get(key)
        found.set(key, {
          key,
          input: node.input,
          lateUs,
          startUs: node.fromUs,
          endUs: node.toUs ?? Number.POSITIVE_INFINITY,
          copied,
          inStep: inStep || known?.inStep === true,
          media: new Set(known?.media).add(node.media),
          outputs: new Set(known?.outputs).add(index),
        })
      }
    }
  }
  return [...found.values()]
}

/** Equal for nodes that are decoded at the same time from the same interval, picture and sound alike. */
export function readKey({ input, fromUs, toUs }: Omit<SourceNode, 'kind' | 'media'>, lateUs: Micros): string {
  return `${lateUs} ${fromUs} ${toUs} ${input}`
}

// Packets of the whole source, on its own clock, whatever is done to picture and sound.
function companionLeaf({ input }: Companions): Leaf {
  return { node: { kind: 'source', input, media: 'companion', fromUs: 0 }, lateUs: 0, inStep: false }
}

function leavesOf(node: Node, lateUs: Micros, inStep: boolean): Leaf[] {
  if (node.kind === 'source') return [{ node, lateUs, inStep }]
  // A concat reads its parts one after the other; everything else with several inputs reads them side by side.
  const sideBySide = node.of.length > 1 && node.filters[0]?.name !== 'concat'
  return node.of.flatMap((child, index) =>
    leavesOf(child, lateUs + (node.delaysUs?.[index] ?? 0), inStep || sideBySide),
  )
}
