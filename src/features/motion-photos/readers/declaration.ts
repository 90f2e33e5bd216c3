// declaration: what XMP says of a motion photo, by namespaces, in any of the forms that RDF allows.
import type { Element } from './xml.ts'
import { readXml } from './xml.ts'

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const CAMERA = 'http://ns.google.com/photos/1.0/camera/'
const CONTAINER = 'http://ns.google.com/photos/1.0/container/'
const ITEM = 'http://ns.google.com/photos/1.0/container/item/'

/** `Mime`, `Semantic`, `Length`, `Padding`, as written. */
export type Item = ReadonlyMap<string, string>

export type Declaration = {
  /** The camera namespace: `MotionPhoto`, `MicroVideoOffset` …, as written. */
  readonly camera: ReadonlyMap<string, string>
  readonly directory?: readonly Item[]
  /** Of every element and attribute. */
  readonly namespaces: ReadonlySet<string>
  /** Why a packet cannot be read. */
  readonly faults: readonly string[]
}

/** Of the same property in several packets the first counts. */
export function readDeclaration(packets: readonly string[]): Declaration {
  const camera = new Map<string, string>()
  const namespaces = new Set<string>()
  const faults: string[] = []
  const directories: Item[][] = []
  for (const packet of packets) {
    const xml = readXml(packet)
    if ('fault' in xml) {
      faults.push(xml.fault)
      continue
    }
    const root = resolve(xml.root, undefined, namespaces)
    for (const description of descriptions(root)) {
      for (const [name, value] of properties(description, CAMERA)) if (!camera.has(name)) camera.set(name, value)
      directories.push(...description.children.filter(named(CONTAINER, 'Directory')).map(itemsOf))
    }
  }
  return { camera, ...(directories[0] && { directory: directories[0] }), namespaces, faults }
}

type Resolved = {
  readonly namespace: string
  readonly local: string
  readonly attributes: readonly { readonly namespace: string; readonly local: string; readonly value: string }[]
  readonly children: readonly Resolved[]
  readonly text: string
}

type Scope = { readonly bound: ReadonlyMap<string, string>; readonly outer: Scope | undefined }

// The reader of XML has seen to it that elements are not deep.
function resolve(element: Element, outer: Scope | undefined, seen: Set<string>): Resolved {
  const declared = [...element.attributes].filter(([name]) => /^xmlns(?::|$)/.test(name))
  const bound = new Map(declared.map(([name, uri]) => [name.slice('xmlns:'.length), uri]))
  const scope = bound.size > 0 ? { bound, outer } : outer
  const own = expand(element.name, scope)
  const attributes = [...element.attributes]
    .filter(([name]) => name.includes(':') && !name.startsWith('xmlns:'))
    .map(([name, value]) => ({ ...expand(name, scope), value }))
  for (const { namespace } of [own, ...attributes]) seen.add(namespace)
  const children = element.children.map(child => resolve(child, scope, seen))
  return { ...own, attributes, children, text: element.text }
}

function expand(name: string, scope: Scope | undefined): { namespace: string; local: string } {
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? '' : name.slice(0, colon)
  for (let at = scope; at; at = at.outer) {
    const namespace = at.bound.get(prefix)
    if (namespace !== undefined) return { namespace, local: name.slice(colon + 1) }
  }
  return { namespace: '', local: name.slice(colon + 1) }
}

function named(namespace: string, local: string): (element: Resolved) => boolean {
  return element => element.namespace === namespace && element.local === local
}

function descriptions(root: Resolved): Resolved[] {
  const graphs = [root, ...root.children].filter(named(RDF, 'RDF'))
  return graphs.flatMap(graph => graph.children.filter(named(RDF, 'Description')))
}

function properties(element: Resolved, namespace: string): [string, string][] {
  const own = element.attributes.filter(attribute => attribute.namespace === namespace)
  const inner = element.children.filter(child => child.namespace === namespace && child.children.length === 0)
  return [...own.map(({ local, value }) => [local, value] as [string, string])].concat(
    inner.map(({ local, text }) => [local, text.trim()]),
  )
}

// rdf:Seq / rdf:li / Container:Item, whose properties may stand in an rdf:Description of their own.
function itemsOf(directory: Resolved): Item[] {
  const lists = directory.children.filter(child => child.namespace === RDF)
  return lists
    .flatMap(list => list.children.filter(named(RDF, 'li')))
    .map(entry => {
      const nested = [entry, ...entry.children, ...entry.children.flatMap(child => child.children)]
      const item = nested.find(named(CONTAINER, 'Item')) ?? entry
      const inner = item.children.filter(named(RDF, 'Description'))
      return new Map([item, ...inner].flatMap(element => properties(element, ITEM)))
    })
}
