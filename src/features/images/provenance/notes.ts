// notes: how a picture was made, for machines: as XMP (ISO 16684-1) in the picture itself.

export type PictureNotes = {
  /** `Replicate`. */
  readonly provider: string
  readonly model: string
  /** Whether the model has learnt from data, or is a program that paints. */
  readonly kind: 'trained' | 'algorithmic'
  readonly seed: number
  /** Which of the pictures that were made together, from 1. */
  readonly number: number
  /** Absent where whoever asked keeps that to themselves. */
  readonly prompt?: string
  readonly negativePrompt?: string
  /** `Kinora 0.1.0`. */
  readonly software: string
}

/** From the IPTC's list of digital source types. */
export function sourceTypeOf({ kind }: Pick<PictureNotes, 'kind'>): string {
  return `http://cv.iptc.org/newscodes/digitalsourcetype/${SOURCE_TYPES[kind]}`
}

const SOURCE_TYPES = { trained: 'trainedAlgorithmicMedia', algorithmic: 'algorithmicMedia' } as const

/** The same notes are the same text: no time and no id is in it. */
export function toXmp(notes: PictureNotes): string {
  const properties = Object.entries(propertiesOf(notes)).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${toAttribute(String(value))}"`],
  )
  return `${BEGIN}<rdf:Description rdf:about="" ${[...NAMESPACES, ...properties].join(' ')}/>${END}`
}

// The IPTC's own properties where there are any (2025.1), and ours for the rest.
function propertiesOf(notes: PictureNotes): Readonly<Record<string, string | number | undefined>> {
  return {
    'xmp:CreatorTool': notes.software,
    'Iptc4xmpExt:DigitalSourceType': sourceTypeOf(notes),
    'Iptc4xmpExt:AISystemUsed': notes.kind === 'trained' ? `${notes.provider} ${notes.model}` : undefined,
    'Iptc4xmpExt:AIPromptInformation': notes.kind === 'trained' ? notes.prompt : undefined,
    'kinora:Provider': notes.provider,
    'kinora:Model': notes.model,
    'kinora:Seed': notes.seed,
    'kinora:Number': notes.number,
    'kinora:Prompt': notes.prompt,
    'kinora:NegativePrompt': notes.negativePrompt,
  }
}

const NAMESPACES = [
  'xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
  'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
  'xmlns:kinora="urn:kinora:picture:1"',
]
const BEGIN =
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' +
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
const END = '</rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // Shorter than its name: two prompts of nothing else, one of them twice, have to fit into a segment of a JPEG.
  '"': '&#34;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

// XML 1.0, 2.2: what no entity can stand for either is left out.
const NO_CHARACTERS = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

function toAttribute(text: string): string {
  return text
    .toWellFormed()
    .replace(NO_CHARACTERS, '')
    .replace(/[&<>"\n\r\t]/g, character => ENTITIES[character] ?? character)
}
