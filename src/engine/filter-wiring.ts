// filter-wiring: nodes → one -filter_complex, in which every distinct piece of work stands once.
import { type Filter, printChain } from './filtergraph.ts'
import type { MediaKind, Node } from './node.ts'
import type { Opening } from './openings.ts'
import type { Probe } from './probe.ts'
import { addNode, type Vertex, type Vertices } from './vertices.ts'

/** A stream that leaves the filters, under a name of the caller's. */
export type FilterRoot = { readonly name: string; readonly node: Node }

export type Wiring = {
  readonly graph: string
  /** By the root's name: the label to map. */
  readonly labels: ReadonlyMap<string, string>
}

/** Filters that read labels and have not been given a label of their own yet. */
type Chain = { readonly from: readonly string[]; readonly filters: readonly Filter[] }

/** What has been written so far. */
type Sheet = {
  readonly vertices: Vertices
  readonly chains: string[]
  /** By vertex with several readers: a label for each of them that has not asked yet. */
  readonly waiting: Map<Vertex, string[]>
  labels: number
}

/** Wires the roots up over the openings of their pass. */
export function wire(
  roots: readonly FilterRoot[],
  openings: readonly Opening[],
  probes: ReadonlyMap<string, Probe>,
): Wiring {
  const sheet: Sheet = { vertices: new Map(), chains: [], waiting: new Map(), labels: 0 }
  const ends = roots.map(({ name, node }) => {
    const vertex = addNode(sheet.vertices, node, 0, { openings, probes })
    vertex.readers++
    return { name, vertex }
  })
  const labels = ends.map(({ name, vertex }) => [name, close(sheet, read(sheet, vertex), vertex.media)] as const)
  return { graph: sheet.chains.join(';'), labels: new Map(labels) }
}

// A single reader goes on with the chain; several get a label each from a split behind it.
function read(sheet: Sheet, vertex: Vertex): Chain {
  if (vertex.readers === 1) return build(sheet, vertex)
  const labels = sheet.waiting.get(vertex) ?? split(sheet, vertex)
  sheet.waiting.set(vertex, labels.slice(1))
  return { from: labels.slice(0, 1), filters: [] }
}

function build(sheet: Sheet, { stream, reads, filters }: Vertex): Chain {
  if (stream !== undefined) return { from: [stream], filters }
  const [input, ...others] = reads
  if (!input || others.length > 0)
    return { from: reads.map(vertex => close(sheet, read(sheet, vertex), vertex.media)), filters }
  const chain = read(sheet, input)
  return { from: chain.from, filters: [...chain.filters, ...filters] }
}

function split(sheet: Sheet, vertex: Vertex): string[] {
  const { from, filters } = build(sheet, vertex)
  const labels = Array.from({ length: vertex.readers }, () => newLabel(sheet, vertex.media))
  const splitting: Filter = { name: vertex.media === 'video' ? 'split' : 'asplit', args: { outputs: vertex.readers } }
  sheet.chains.push(printChain(from, [...filters, splitting], labels))
  return labels
}

function close(sheet: Sheet, { from, filters }: Chain, media: MediaKind): string {
  if (filters.length === 0 && from.length === 1) return from[0] ?? ''
  const label = newLabel(sheet, media)
  sheet.chains.push(printChain(from, filters, [label]))
  return label
}

function newLabel(sheet: Sheet, media: MediaKind): string {
  return `${media.slice(0, 1)}${sheet.labels++}`
}
