// still-xmp: takes out of an XMP packet what it says of a video; all else stays, at its place in the file.
import { readXml } from './readers/xml.ts'

/**
 * The packet in as many bytes as it had, so that nothing behind it moves; the same packet when it says nothing of a video,
 * or is not XML. `mapBytes`: how long the gain map is that stays, if there is one; a length that reaches further is put right.
 */
export function withoutMotion(packet: Buffer, mapBytes = 0): Buffer {
  // Byte for byte: all that is looked for is ASCII, whatever the rest is.
  const text = packet.toString('latin1')
  // Well-formed, so that every element below ends, and is not looked for to the end of the packet again and again.
  if ('fault' in readXml(text)) return packet
  const silent = text
    .replace(DIRECTORY, directory => stillDirectory(directory, mapBytes))
    .replace(ELEMENT, '')
    .replace(ATTRIBUTE, '')
  const end = silent.lastIndexOf('<?xpacket end')
  const at = end < 0 ? silent.length : end
  const padding = ' '.repeat(text.length - silent.length)
  return Buffer.from(`${silent.slice(0, at)}${padding}${silent.slice(at)}`, 'latin1')
}

// Google's, MicroVideo's, and those that vendors add; under whatever prefix.
const NAME = String.raw`[\w.-]+:(?:(?:V?MotionPhoto|MicroVideo|OLivePhoto)\w*|VideoLength)`
const ATTRIBUTE = new RegExp(String.raw`\s+${NAME}\s*=\s*(?:"[^"]*"|'[^']*')`, 'g')
const ELEMENT = new RegExp(String.raw`<(${NAME})(?:\s[^<>]*)?(?:/>|>[^<]*</\1\s*>)`, 'g')
const DIRECTORY = /<([\w.-]+:Directory)(?:\s[^<>]*)?>[\s\S]*?<\/\1\s*>/g
const ENTRY = /<rdf:li(?:\s[^<>]*)?(?:\/>|>[\s\S]*?<\/rdf:li\s*>)/g
const VIDEO = /Semantic\s*(?:=\s*["']|>\s*)MotionPhoto\b/

// A gain map is told of in the same list, and stays; a list of the picture alone says nothing.
function stillDirectory(directory: string, mapBytes: number): string {
  const kept = directory.replace(ENTRY, entry => (VIDEO.test(entry) ? '' : withLength(entry, mapBytes)))
  return kept === directory || (kept.match(ENTRY) ?? []).length > 1 ? kept : ''
}

const MAP = /Semantic\s*(?:=\s*["']|>\s*)GainMap\b/
const LENGTH = /(Length\s*(?:=\s*["']|>\s*))(\d+)/

// What stood between the map and the video is counted with the map, for Google's readers want no gaps.
function withLength(entry: string, mapBytes: number): string {
  if (mapBytes === 0 || !MAP.test(entry)) return entry
  return entry.replace(LENGTH, (_, before: string, told: string) => `${before}${Math.min(Number(told), mapBytes)}`)
}
