// node: what a stream is made by, as a tree of plain values; equal trees are the same work.
import type { Micros } from '../lib/time.ts'
import { cutFilters } from './cut-filters.ts'
import type { Filter } from './filtergraph.ts'

export type MediaKind = 'video' | 'audio'

export type Node = SourceNode | FilterNode

/** The part [fromUs, toUs) of a source's stream, on the source's own clock, rebased to start at zero. */
export type SourceNode = {
  readonly kind: 'source'
  readonly input: string
  readonly media: MediaKind
  readonly fromUs: Micros
  readonly toUs?: Micros
  /** Fields are made into whole frames as soon as they are decoded. */
  readonly deinterlaced?: true
}

export type FilterNode = {
  readonly kind: 'filter'
  readonly media: MediaKind
  readonly filters: readonly Filter[]
  readonly of: readonly Node[]
  /** Of each input: how long after this node's start it is first read. A late reader needs a decoder of its own. */
  readonly delaysUs?: readonly Micros[]
  /** Each frame depends on the one frame of the first input at the same instant, so a trim may move before it. */
  readonly pointwise: boolean
}

export function sourceNode(input: string, media: MediaKind): SourceNode {
  return { kind: 'source', input, media, fromUs: 0 }
}

/** Filters that look at one frame at a time; neighbours melt into one chain. */
export function pointwiseNode(of: Node, filters: readonly Filter[]): FilterNode {
  if (of.kind === 'filter' && of.pointwise && of.of.length === 1) return { ...of, filters: [...of.filters, ...filters] }
  return { kind: 'filter', media: of.media, filters, of: [of], pointwise: true }
}

/** Whether nothing has been done to the source's stream, so that its packets may be copied. */
export function isUntouched(node: Node): node is SourceNode {
  return node.kind === 'source' && node.fromUs === 0 && node.toUs === undefined
}

/** The input whose stream runs through a node: what is laid over it does not count, and of clips in a row the first does. */
export function firstInput(node: Node | undefined): string {
  let first = node
  while (first?.kind === 'filter') first = first.of[0]
  return first?.input ?? ''
}

/** Every source interval the node reads, a shared one once for each time it is read. */
export function sourcesOf(node: Node): readonly SourceNode[] {
  return node.kind === 'source' ? [node] : node.of.flatMap(sourcesOf)
}

/**
 * Keeps [startUs, endUs) of a node (endUs may be infinite) and restarts its clock at zero. The cut moves down through filters that look at
 * one frame at a time, so that in the end the source is opened where the cut begins. Pictures last for `frameUs`.
 */
export function cut(node: Node, startUs: Micros, endUs: Micros, frameUs: Micros): Node {
  if (node.kind === 'source') {
    const toUs = Math.min(node.fromUs + endUs, node.toUs ?? Number.POSITIVE_INFINITY)
    return { ...node, fromUs: node.fromUs + startUs, ...(Number.isFinite(toUs) && { toUs }) }
  }
  const [first, ...others] = node.of
  if (!node.pointwise || !first) return cutAbove(node, startUs, endUs, frameUs)
  // What never acts within the cut (a logo that comes later) is not there at all.
  const filters = node.filters
    .filter(filter => acts(filter, startUs, endUs))
    .map(filter => shiftEnable(filter, startUs))
  const below = cut(first, startUs, endUs, frameUs)
  return filters.length > 0 ? { ...node, filters, of: [below, ...others] } : below
}

function cutAbove(node: FilterNode, startUs: Micros, endUs: Micros, frameUs: Micros): FilterNode {
  const { media } = node
  return {
    kind: 'filter',
    media,
    filters: cutFilters(media, { startUs, endUs, frameUs }),
    of: [node],
    pointwise: false,
  }
}

function acts({ enable }: Filter, startUs: Micros, endUs: Micros): boolean {
  return !enable || (enable.fromUs < endUs && (enable.toUs ?? Number.POSITIVE_INFINITY) > startUs)
}

function shiftEnable(filter: Filter, byUs: Micros): Filter {
  const { enable, ...always } = filter
  if (!enable) return filter
  const fromUs = Math.max(0, enable.fromUs - byUs)
  if (enable.toUs !== undefined) return { ...always, enable: { fromUs, toUs: enable.toUs - byUs } }
  return fromUs === 0 ? always : { ...always, enable: { fromUs } }
}
