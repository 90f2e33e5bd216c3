// vertices: the distinct pieces of work behind some nodes, and how many others read each.
import { canonicalJson } from '../lib/canonical-json.ts'
import { type Micros, printSeconds, whole } from '../lib/time.ts'
import { cutFilters } from './cut-filters.ts'
import type { Filter } from './filtergraph.ts'
import type { MediaKind, Node, SourceNode } from './node.ts'
import { decodingOf, type Opening, shownBeforeUs } from './openings.ts'
import { squarePixels } from './operations/fit.ts'
import type { AudioStream, Probe } from './probe.ts'

export type Vertex = {
  readonly media: MediaKind
  /** A decoded stream as ffmpeg labels it, such as `0:1`; such a vertex reads nothing else. */
  readonly stream?: string
  /** The vertices it reads, in the order of its filters' inputs. */
  readonly reads: readonly Vertex[]
  readonly filters: readonly Filter[]
  readonly number: number
  /** How many vertices and outputs read it. */
  readers: number
}

/** By what each is: its filters and the numbers of what it reads. */
export type Vertices = Map<string, Vertex>

type Sources = { readonly openings: readonly Opening[]; readonly probes: ReadonlyMap<string, Probe> }

/** Adds a node, read so late, and all it is made by. Equal nodes that are equally late are one vertex. */
export function addNode(vertices: Vertices, node: Node, lateUs: Micros, sources: Sources): Vertex {
  if (node.kind === 'source') return addSource(vertices, node, lateUs, sources)
  const { media, filters } = node
  const [first, ...others] = filters
  const reads = node.of.map((child, index) => addNode(vertices, child, lateUs + (node.delaysUs?.[index] ?? 0), sources))
  // Filter by filter, so that what begins alike is done once.
  const start = add(vertices, { media, reads, filters: first ? [first] : [] }, lateUs)
  return others.reduce((before, filter) => add(vertices, { media, reads: [before], filters: [filter] }, lateUs), start)
}

function addSource(vertices: Vertices, node: SourceNode, lateUs: Micros, { openings, probes }: Sources): Vertex {
  const { input, media, fromUs, toUs } = node
  const index = decodingOf(openings, node, lateUs)
  const seekUs = openings[index]?.fromUs ?? 0
  const probe = probes.get(input)
  const stream = `${index}:${probe?.[media]?.index}`
  const decoded = add(vertices, { media, stream, reads: [], filters: [] }, lateUs)
  const squared = media === 'video' && probe?.video?.pixelAspect ? squarePixels(probe.video) : []
  const cut = {
    startUs: fromUs - seekUs,
    endUs: (toUs ?? Number.POSITIVE_INFINITY) - seekUs,
    frameUs: shownBeforeUs(probe, fromUs),
    // Of a variable rate with very many held frames, the one before may be missed.
    filled: probe?.video?.variableRate === true && probe.video.startUs < fromUs,
  }
  // Before anything is cut: it looks at the frames before and after.
  const framed: Filter[] = node.deinterlaced
    ? [{ name: 'bwdif', args: { mode: 'send_frame', deint: 'interlaced' } }]
    : []
  const filters = [...mended(probe, media, seekUs), ...framed, ...cutFilters(media, cut), ...squared]
  return filters.length === 0 ? decoded : add(vertices, { media, reads: [decoded], filters }, lateUs)
}

function mended(probe: Probe | undefined, media: MediaKind, seekUs: Micros): Filter[] {
  const stream = probe?.[media]
  const { headless, holes, undecodable } = stream?.flaws ?? {}
  if (!stream) return []
  const gaps = holes || undecodable || COUNTED.includes(probe?.demuxer ?? '')
  if (media === 'audio') return gaps ? [silenceIn(stream, seekUs)] : []
  // Some decoders show pictures whose keyframe is missing, in grey and smears.
  const startUs = stream.startUs - seekUs - ROUNDING_US
  return headless && startUs > 0 ? [{ name: 'trim', args: { start: printSeconds(whole(startUs)) } }] : []
}

const ROUNDING_US: Micros = 1000
// Nothing says when their packets are heard but how many there are before; what does not decode, such as the tags between two
// files that were joined, leaves a gap, and not always a complaint.
const COUNTED = ['mp3', 'aac', 'ac3', 'eac3', 'dts']

// Where packets of sound are missing, silence comes in, or all that follows would be heard too early. A source that is opened
// within a hole begins with what is left of it.
function silenceIn({ startUs }: Pick<AudioStream, 'startUs'>, seekUs: Micros): Filter {
  const filling = { async: 1, min_hard_comp: 0.01 }
  return { name: 'aresample', args: seekUs > startUs ? { ...filling, first_pts: 0 } : filling }
}

type New = Omit<Vertex, 'number' | 'readers'>

// Late silence is not early silence: the one would wait in memory until the other has been heard.
function add(vertices: Vertices, vertex: New, lateUs: Micros): Vertex {
  const { stream, reads, filters } = vertex
  const key = stream ?? `${lateUs} ${reads.map(({ number }) => number).join()} ${canonicalJson(filters)}`
  const known = vertices.get(key)
  if (known) return known
  const added = { ...vertex, number: vertices.size, readers: 0 }
  vertices.set(key, added)
  for (const read of reads) read.readers++
  return added
}
