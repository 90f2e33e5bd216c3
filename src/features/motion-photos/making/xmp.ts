// xmp: what makes a JPEG a motion photo: Google's Motion Photo 1.0, and MicroVideo for readers from before it.
import type { Micros } from '../../../lib/time.ts'

export type MotionFacts = {
  /** When the clip shows the still's picture. */
  readonly timestampUs: Micros
  /** Bytes between the picture's end and the clip's start. */
  readonly paddingBytes: number
  /** From the clip's start to the end of the file. */
  readonly lengthBytes: number
}

export const XMP_HEADER = 'http://ns.adobe.com/xap/1.0/\0'

/**
 * The payload of an APP1 segment. Attributes of a single Description, with these very prefixes: readers such as Android's
 * media3 look for the letters rather than for what they mean.
 */
export function xmpPayload({ timestampUs, paddingBytes, lengthBytes }: MotionFacts): Buffer {
  const flags = [
    ['GCamera:MotionPhoto', 1],
    ['GCamera:MotionPhotoVersion', 1],
    ['GCamera:MotionPhotoPresentationTimestampUs', timestampUs],
    ['GCamera:MicroVideo', 1],
    ['GCamera:MicroVideoVersion', 1],
    ['GCamera:MicroVideoOffset', lengthBytes],
    ['GCamera:MicroVideoPresentationTimestampUs', timestampUs],
  ].map(([name, value]) => `${name}="${value}"`)
  const items = [
    `Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0" Item:Padding="${paddingBytes}"`,
    // exiftool 13.25 breaks off where only one of two items says a padding.
    `Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="${lengthBytes}" Item:Padding="0"`,
  ].map(item => `<rdf:li rdf:parseType="Resource"><Container:Item ${item}/></rdf:li>`)
  const directory = `<Container:Directory><rdf:Seq>${items.join('')}</rdf:Seq></Container:Directory>`
  const description = `<rdf:Description rdf:about="" ${[...NAMESPACES, ...flags].join(' ')}>${directory}</rdf:Description>`
  return Buffer.from(`${XMP_HEADER}${BEGIN}${description}${END}`)
}

const NAMESPACES = [
  'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"',
  'xmlns:Container="http://ns.google.com/photos/1.0/container/"',
  'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"',
]
const BEGIN =
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' +
  '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.1.0-jc003">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
const END = '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
