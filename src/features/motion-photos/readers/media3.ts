// media3: reads as Android's player library does: JPEG only, by prefixes as they are written, attributes only.
import { verdictOn } from './clip.ts'
import { missing, type Problem, type Reader, warning } from './contract.ts'
import type { Segment } from './jpeg.ts'
import { standardText } from './jpeg-xmp.ts'
import { describe, type Item } from './media3-description.ts'
import type { Photo } from './photo.ts'
import type { Source } from './source.ts'
import { readXml } from './xml.ts'

const APP0 = 0xe0
const APP1 = 0xe1

export const media3: Reader = {
  name: 'media3',

  async read(photo) {
    if (photo.format !== 'jpeg') return missing('Only JPEG files are read this way')
    const first = firstMarker(photo.segments)
    if (first !== APP1) return missing(`The first segment after SOI or APP0 must be APP1, and is ${hex(first)}`)
    // A packet that says nothing of a video does not keep it from looking at the next.
    let reason = 'There is no XMP'
    for (const text of await packets(photo.source, photo.segments)) {
      const xml = readXml(text)
      const described = 'fault' in xml ? `The XMP cannot be read: ${xml.fault}` : describe(xml.root)
      const range = typeof described === 'string' ? described : videoIn(described.items, photo)
      if (typeof described === 'string' || typeof range === 'string') {
        reason = String(typeof described === 'string' ? described : range)
        continue
      }
      const { timestampUs } = described
      const problems: Problem[] =
        timestampUs === undefined ? [warning('No timestamp says which frame the still is')] : []
      return await verdictOn(photo, { range, ...(timestampUs !== undefined && { timestampUs }), problems })
    }
    return missing(reason)
  },
}

function firstMarker([first, second]: readonly Segment[]): number {
  return (first?.marker === APP0 ? second?.marker : first?.marker) ?? 0
}

function hex(marker: number): string {
  return marker === 0 ? 'missing' : `0xff${marker.toString(16).padStart(2, '0')}`
}

const MOST_PACKETS = 16

async function packets(source: Source, segments: readonly Segment[]): Promise<string[]> {
  const found: string[] = []
  for (const segment of segments) {
    const text = await standardText(source, segment)
    if (text !== undefined) found.push(text.split('\0', 1)[0] ?? '')
    if (found.length === MOST_PACKETS) break
  }
  return found
}

// From the end of the file to its beginning, with the first item wherever the others leave it.
function videoIn(items: readonly Item[], { source }: Photo) {
  if (items.length < 2) return 'The Directory has fewer than two items'
  let start = source.sizeBytes
  for (const { mime, length } of items.slice(1).reverse()) {
    const end = start
    start -= length
    if (mime === 'video/mp4' && length !== 0) return { offset: start, length: end - start }
  }
  return 'The Directory has no item of type video/mp4'
}
