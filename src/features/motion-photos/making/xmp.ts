// xmp: what makes a JPEG a motion photo: Google's Motion Photo 1.0, and MicroVideo for readers from before it.
import type { Captured } from '../../../engine/probe.ts'
import type { Micros } from '../../../lib/time.ts'
import { type Descriptions, escaped } from '../cover/descriptions.ts'

export type MotionFacts = {
  /** When the clip shows the still's picture. */
  readonly timestampUs: Micros
  /** Bytes between the picture's end and the clip's start. */
  readonly paddingBytes: number
  /** From the clip's start to the end of the file. */
  readonly lengthBytes: number
  /** Of a gain map between picture and clip; absent when there is none. */
  readonly gainMapBytes?: number
  readonly captured?: Captured
  /** What a cover said of itself. */
  readonly descriptions?: Descriptions
}

export const XMP_HEADER = 'http://ns.adobe.com/xap/1.0/\0'

/**
 * The payload of an APP1 segment. Attributes of the first Description, with these very prefixes: readers such as Android's
 * media3 look for the letters rather than for what they mean.
 */
export function xmpPayload(facts: MotionFacts): Buffer {
  const whole = print(facts)
  // A segment is no longer; what a cover said of itself then stays with it.
  return whole.length > LARGEST ? print({ ...facts, descriptions: NOTHING_SAID }) : whole
}

const LARGEST = 65_533
const NOTHING_SAID: Descriptions = { attributes: new Map(), elements: new Map() }

function print({ captured = {}, descriptions = NOTHING_SAID, ...facts }: MotionFacts): Buffer {
  const said = new Map([...NAMESPACES, ...flagsOf(facts), ...capturedAttributes(captured)])
  const others = without(facts.gainMapBytes === undefined ? withoutMap(descriptions) : descriptions, said)
  const attributes = [...said, ...others.attributes]
    .map(([name, value]) => `${name}="${escaped(`${value}`)}"`)
    .join(' ')
  const elements = [directory(facts), ...others.elements.values()].join('')
  return Buffer.from(
    `${XMP_HEADER}${BEGIN}<rdf:Description rdf:about="" ${attributes}>${elements}</rdf:Description>${END}`,
  )
}

// What a cover says under a prefix that means something else here cannot be said in the same place.
function without({ attributes, elements }: Descriptions, said: ReadonlyMap<string, string | number>): Descriptions {
  const foreign = [...said].filter(([name, value]) => attributes.has(name) && attributes.get(name) !== value)
  const prefixes = foreign.flatMap(([name]) => (name.startsWith('xmlns:') ? `${name.slice('xmlns:'.length)}:` : []))
  const isFree = ([name]: readonly [string, string]) =>
    !said.has(name) && !prefixes.some(prefix => name.startsWith(prefix))
  return { attributes: new Map([...attributes].filter(isFree)), elements: new Map([...elements].filter(isFree)) }
}

// A picture that was made smaller has lost its map.
function withoutMap({ attributes, elements }: Descriptions): Descriptions {
  const isOther = ([name]: readonly [string, string]) => !/^(?:xmlns:)?hdrgm(?::|$)/.test(name)
  return { attributes: new Map([...attributes].filter(isOther)), elements: new Map([...elements].filter(isOther)) }
}

type Attribute = readonly [name: string, value: string | number]

function flagsOf({ timestampUs, lengthBytes }: MotionFacts): Attribute[] {
  return [
    ['GCamera:MotionPhoto', 1],
    ['GCamera:MotionPhotoVersion', 1],
    ['GCamera:MotionPhotoPresentationTimestampUs', timestampUs],
    ['GCamera:MicroVideo', 1],
    ['GCamera:MicroVideoVersion', 1],
    ['GCamera:MicroVideoOffset', lengthBytes],
    ['GCamera:MicroVideoPresentationTimestampUs', timestampUs],
  ]
}

// In the order of the file, tightly packed.
function directory({ paddingBytes, lengthBytes, gainMapBytes }: MotionFacts): string {
  const padding = gainMapBytes === undefined ? paddingBytes : 0
  const items = [
    `Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0" Item:Padding="${padding}"`,
    // Only the first item may have a padding: readers of the map stop at its own end.
    ...(gainMapBytes === undefined
      ? []
      : [
          `Item:Mime="image/jpeg" Item:Semantic="GainMap" Item:Length="${gainMapBytes + paddingBytes}" Item:Padding="0"`,
        ]),
    // exiftool 13.25 breaks off where only one of two items says a padding.
    `Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="${lengthBytes}" Item:Padding="0"`,
  ].map(item => `<rdf:li rdf:parseType="Resource"><Container:Item ${item}/></rdf:li>`)
  return `<Container:Directory><rdf:Seq>${items.join('')}</rdf:Seq></Container:Directory>`
}

function capturedAttributes({ at, place }: Captured): Attribute[] {
  const when = at && `${at.local}${at.offset}`
  return [
    ...(at || place ? [EXIF] : []),
    ...(when ? named(when, 'exif:DateTimeOriginal', 'xmp:CreateDate', 'photoshop:DateCreated') : []),
    ...(when ? DATES : []),
    ...(place ? named(angle(place.latitude, 'N', 'S'), 'exif:GPSLatitude') : []),
    ...(place ? named(angle(place.longitude, 'E', 'W'), 'exif:GPSLongitude') : []),
  ]
}

function named(value: string, ...names: readonly string[]): Attribute[] {
  return names.map(name => [name, value])
}

// XMP specification, part 2, "GPSCoordinate": `48,51.462000N`.
function angle(degrees: number, ahead: string, behind: string): string {
  const minutes = Math.round(Math.abs(degrees) * 60e6) / 1e6
  const whole = Math.floor(minutes / 60)
  return `${whole},${(minutes - whole * 60).toFixed(6)}${degrees < 0 ? behind : ahead}`
}

const NAMESPACES: readonly Attribute[] = [
  ['xmlns:GCamera', 'http://ns.google.com/photos/1.0/camera/'],
  ['xmlns:Container', 'http://ns.google.com/photos/1.0/container/'],
  ['xmlns:Item', 'http://ns.google.com/photos/1.0/container/item/'],
]
const EXIF: Attribute = ['xmlns:exif', 'http://ns.adobe.com/exif/1.0/']
const DATES: readonly Attribute[] = [
  ['xmlns:xmp', 'http://ns.adobe.com/xap/1.0/'],
  ['xmlns:photoshop', 'http://ns.adobe.com/photoshop/1.0/'],
]
const BEGIN =
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' +
  '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.1.0-jc003">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
const END = '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
