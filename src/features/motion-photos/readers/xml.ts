// xml: a small strict XML reader for XMP: elements, attributes, text; no declarations, so no entity can ever grow.

/** Names as they are written, prefixes and all. */
export type Element = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly Element[]
  readonly text: string
}

export type Xml = { readonly root: Element } | { readonly fault: string }

type Open = { name: string; attributes: Map<string, string>; children: Element[]; text: string }

const MOST_ELEMENTS = 20_000
const DEEPEST = 64
// It is read in one go, while others wait.
const LONGEST = 1024 * 1024

/** Reads up to the end of the root element; what follows it is not looked at. Takes time in proportion to its length. */
export function readXml(text: string): Xml {
  if (text.length > LONGEST) return { fault: 'it is longer than 1 MiB' }
  const root: Open = { name: '', attributes: new Map(), children: [], text: '' }
  const open = [root]
  let at = 0
  for (let count = 0; count < MOST_ELEMENTS; count++) {
    const next = step(text, at, open)
    if (typeof next === 'string') return { fault: next }
    at = next
    const [first] = root.children
    if (first && open.length === 1) return { root: first }
  }
  return { fault: 'it has too many elements' }
}

// One piece of markup and the text before it. Returns where to go on, or what is wrong.
function step(text: string, from: number, open: Open[]): number | string {
  const at = text.indexOf('<', from)
  const parent = open.at(-1)
  if (at < 0 || !parent) return 'it ends too early'
  const before = decode(text.slice(from, at))
  if (before === undefined) return 'it has an entity of its own'
  parent.text += before
  for (const [start, end] of SKIPPED) if (text.startsWith(start, at)) return behind(text, end, at + start.length)
  if (text.startsWith('<![CDATA[', at)) {
    const end = behind(text, ']]>', at)
    if (typeof end === 'number') parent.text += text.slice(at + 9, end - 3)
    return end
  }
  if (text.startsWith('<!', at)) return 'it has a document type, which may hide anything'
  return text.startsWith('</', at) ? close(text, at, open) : begin(text, at, open)
}

const SKIPPED = [
  ['<?', '?>'],
  ['<!--', '-->'],
] as const

function behind(text: string, end: string, from: number): number | string {
  const found = text.indexOf(end, from)
  return found < 0 ? 'it ends too early' : found + end.length
}

const NAME = /[^\s=<>"'/&]+/y
const ATTRIBUTE = /\s+([^\s=<>"'/&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /\s*(\/?)>/y

function begin(text: string, at: number, open: Open[]): number | string {
  const name = match(NAME, text, at + 1)
  if (!name) return 'an element has no name'
  const element: Open = { name: name[0], attributes: new Map(), children: [], text: '' }
  let next = at + 1 + name[0].length
  for (let found = match(ATTRIBUTE, text, next); found; found = match(ATTRIBUTE, text, next)) {
    const value = decode(found[2] ?? found[3] ?? '')
    const key = found[1] ?? ''
    if (value === undefined) return 'it has an entity of its own'
    if (element.attributes.has(key)) return 'an element has the same attribute twice'
    element.attributes.set(key, value)
    next += found[0].length
  }
  const end = match(TAG_END, text, next)
  if (!end) return `the element ${name[0].slice(0, 40)} is malformed`
  if (open.length > DEEPEST) return 'its elements are too deep'
  open.at(-1)?.children.push(element)
  if (end[1] === '') open.push(element)
  return next + end[0].length
}

function close(text: string, at: number, open: Open[]): number | string {
  const name = match(NAME, text, at + 2)?.[0] ?? ''
  const end = match(TAG_END, text, at + 2 + name.length)
  if (end?.[1] !== '' || open.length < 2 || open.pop()?.name !== name) return 'its elements do not match'
  return at + 2 + name.length + end[0].length
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

// Undefined for what is none of the five entities that XML has by itself, nor a character by its number.
function decode(text: string): string | undefined {
  if (!text.includes('&')) return text
  let known = true
  const decoded = text.replace(/&(?:#x([0-9a-fA-F]{1,6});|#(\d{1,7});|(\w{1,8});)?/g, (_, hex, decimal, name) => {
    const point = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined
    const character = point !== undefined && point <= 0x10ffff ? String.fromCodePoint(point) : ENTITIES[name ?? '']
    known &&= character !== undefined
    return character ?? ''
  })
  return known ? decoded : undefined
}
