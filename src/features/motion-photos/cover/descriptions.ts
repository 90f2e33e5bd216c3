// descriptions: what the XMP of a cover says, so that it can be said together with what a photo says of its clip.
import { type Element, readXml } from '../readers/xml.ts'
import { withoutMotion } from '../still-xmp.ts'

export type Descriptions = {
  /** Declarations of namespaces, and simple properties. */
  readonly attributes: ReadonlyMap<string, string>
  /** All other properties, by their names, as XML. */
  readonly elements: ReadonlyMap<string, string>
}

/** Nothing of a video, nor of where pictures are in the file; undefined for a packet that is not XMP. */
export function descriptionsOf(packet: Buffer): Descriptions | undefined {
  const xml = readXml(withoutMotion(packet).toString('utf8'))
  if ('fault' in xml) return undefined
  const frames = xml.root.name === 'rdf:RDF' ? [xml.root] : [xml.root, ...xml.root.children.filter(named('rdf:RDF'))]
  const described = frames.flatMap(({ children }) => children.filter(named('rdf:Description')))
  const attributes = new Map<string, string>()
  const elements = new Map<string, string>()
  for (const { attributes: said } of [...frames, ...described])
    for (const [name, value] of said) if (isKept(name) && !attributes.has(name)) attributes.set(name, value)
  // Android's reader takes every description within another one for one that says nothing of a video.
  for (const element of described.flatMap(({ children }) => children))
    if (isKept(element.name) && !elements.has(element.name) && !holds(element, 'rdf:Description'))
      elements.set(element.name, printElement(element))
  return { attributes, elements }
}

function named(name: string): (element: Element) => boolean {
  return element => element.name === name
}

function isKept(name: string): boolean {
  return (
    name.includes(':') &&
    !/^(?:xmlns:)?(?:rdf|x):|^[\w.-]+:xmptk$|:Directory$/.test(name) &&
    !/^xmlns:(?:rdf|x)$/.test(name)
  )
}

function holds({ children }: Element, name: string): boolean {
  return children.some(child => child.name === name || holds(child, name))
}

function printElement({ name, attributes, children, text }: Element): string {
  const said = [...attributes].map(([key, value]) => ` ${key}="${escaped(value)}"`).join('')
  const inner = children.length > 0 ? children.map(printElement).join('') : escaped(text)
  return inner === '' ? `<${name}${said}/>` : `<${name}${said}>${inner}</${name}>`
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}
