// vertices: the distinct pieces of work behind some nodes, and how many others read each.
import { canonicalJson } from '../lib/canonical-json.ts'
import type { Micros } from '../lib/time.ts'
import type { Filter } from './filtergraph.ts'
import { cutFilters, type MediaKind, type Node, type SourceNode } from './node.ts'
import { type Opening, openingFor } from './openings.ts'
import type { Probe } from './probe.ts'

export type Vertex = {
  readonly media: MediaKind
  /** A decoded stream as ffmpeg labels it, such as `0:1`; such a vertex reads nothing else. */
  readonly stream?: string
  /** Keys of the vertices it reads, in the order of its filters' inputs. */
  readonly reads: readonly string[]
  readonly filters: readonly Filter[]
  /** How many vertices and outputs read it. */
  readers: number
}

export type Vertices = Map<string, Vertex>

type Sources = { readonly openings: readonly Opening[]; readonly probes: ReadonlyMap<string, Probe> }

/** Adds a node, read so late, and all it is made by; gives its key. Equal nodes that are equally late are one vertex. */
export function addNode(vertices: Vertices, node: Node, lateUs: Micros, sources: Sources): string {
  const key = `${lateUs} ${canonicalJson(node)}`
  if (vertices.has(key)) return key
  if (node.kind === 'source') return addSource(vertices, key, node, lateUs, sources)
  const reads = node.of.map((child, index) => addNode(vertices, child, lateUs + (node.delaysUs?.[index] ?? 0), sources))
  return add(vertices, key, { media: node.media, reads, filters: node.filters })
}

function addSource(
  vertices: Vertices,
  key: string,
  node: SourceNode,
  lateUs: Micros,
  { openings, probes }: Sources,
): string {
  const index = openingFor(openings, node, lateUs, false)
  const seekUs = openings[index]?.fromUs ?? 0
  const stream = `${index}:${probes.get(node.input)?.[node.media]?.index}`
  const read = add(vertices, `stream ${stream}`, { media: node.media, stream, reads: [], filters: [] })
  const whole = node.fromUs === 0 && node.toUs === undefined
  const endUs = node.toUs === undefined ? undefined : node.toUs - seekUs
  const filters = whole ? [] : cutFilters(node.media, node.fromUs - seekUs, endUs)
  return add(vertices, key, { media: node.media, reads: [read], filters })
}

function add(vertices: Vertices, key: string, vertex: Omit<Vertex, 'readers'>): string {
  if (vertices.has(key)) return key
  vertices.set(key, { ...vertex, readers: 0 })
  for (const child of vertex.reads) {
    const read = vertices.get(child)
    if (read) read.readers++
  }
  return key
}
