// media3-description: the items of a motion photo as Android's player library finds them in XMP, word for word.
import { quoted, wholeNumber } from './whole-number.ts'
import type { Element } from './xml.ts'

export type Item = { readonly mime: string; readonly length: number }
type Described = { readonly items: readonly Item[]; readonly timestampUs?: number }

const PREFIXES = ['Camera', 'GCamera']
const names = (...locals: readonly string[]) => locals.flatMap(local => PREFIXES.map(prefix => `${prefix}:${local}`))
const FLAGS = names('MotionPhoto', 'MicroVideo')
const TIMESTAMPS = names('MotionPhotoPresentationTimestampUs', 'MicroVideoPresentationTimestampUs')
const OFFSETS = names('MicroVideoOffset')
const DIRECTORIES: Readonly<Record<string, readonly [item: string, prefix: string]>> = {
  'Container:Directory': ['Container:Item', 'Item'],
  'GContainer:Directory': ['GContainer:Item', 'GContainerItem'],
}

/** What it finds, or why it gives up. */
export function describe(root: Element): Described | string {
  if (root.name !== 'x:xmpmeta') return `The XMP must begin with x:xmpmeta, and begins with ${quoted(root.name)}`
  let described: Described = { items: [] }
  for (const element of inOrder(root)) {
    const directory = DIRECTORIES[element.name]
    const next = directory
      ? directoryItems(element, directory)
      : element.name === 'rdf:Description'
        ? describedBy(element)
        : undefined
    if (typeof next === 'string') return next
    if (next) described = { ...described, ...next }
  }
  return described.items.length > 0 ? described : 'Neither a Directory nor MicroVideoOffset is written as it expects'
}

// Elements inside a directory are the directory's own affair.
function* inOrder(element: Element): Generator<Element> {
  yield element
  if (!(element.name in DIRECTORIES)) for (const child of element.children) yield* inOrder(child)
}

// Every Description, not just one of them, must say that this is a motion photo.
function describedBy({ attributes }: Element): Described | string {
  const flag = first(attributes, FLAGS)
  if (flag === undefined) return 'An rdf:Description does not have MotionPhoto as an attribute of its own'
  if (wholeNumber(flag) !== 1) return `MotionPhoto must be 1, and is ${quoted(flag)}`
  const [told, offset] = [first(attributes, TIMESTAMPS), first(attributes, OFFSETS)]
  const [timestampUs, length] = [wholeNumber(told), wholeNumber(offset)]
  if (told !== undefined && timestampUs === undefined) return `The timestamp is no number: ${quoted(told)}`
  if (offset !== undefined && length === undefined) return `MicroVideoOffset is no number: ${quoted(offset)}`
  const items = [
    { mime: 'image/jpeg', length: 0 },
    { mime: 'video/mp4', length: length ?? 0 },
  ]
  return {
    items: length === undefined ? [] : items,
    ...(timestampUs !== undefined && timestampUs !== -1 && { timestampUs }),
  }
}

function first(attributes: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  return names.map(name => attributes.get(name)).find(value => value !== undefined)
}

function directoryItems(directory: Element, [itemName, prefix]: readonly [string, string]): Described | string {
  const items: Item[] = []
  for (const { name, attributes } of below(directory)) {
    if (name !== itemName) continue
    const [mime, semantic, told] = ['Mime', 'Semantic', 'Length'].map(local => attributes.get(`${prefix}:${local}`))
    const length = told === undefined ? 0 : wholeNumber(told)
    if (mime === undefined || semantic === undefined)
      return `An item of the Directory lacks ${prefix}:Mime or ${prefix}:Semantic as attributes`
    if (length === undefined) return `A Length is no number: ${quoted(told)}`
    items.push({ mime, length })
  }
  return { items }
}

function* below(element: Element): Generator<Element> {
  for (const child of element.children) {
    yield child
    yield* below(child)
  }
}
