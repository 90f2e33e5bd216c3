// media3: reads as Android's player library does: JPEG by prefixes as they are written, attributes only; HEIC by its box.
import { verdictOn } from './clip.ts'
import { missing, type Problem, type Reader, type Verdict, warning } from './contract.ts'
import type { Segment } from './jpeg.ts'
import { standardText } from './jpeg-xmp.ts'
import { describe, type Item } from './media3-description.ts'
import type { Photo } from './photo.ts'
import type { Source } from './source.ts'
import { readXml } from './xml.ts'

export const media3: Reader = {
  name: 'media3',

  async read(photo) {
    if (photo.format !== 'jpeg') return await readHeic(photo)
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

// Its reader of MP4 knows HEIC by its brand, and takes whatever is in the box for the video.
async function readHeic(photo: Photo & { format: 'heif' }): Promise<Verdict> {
  if (photo.mime !== 'image/heic') return missing('Of the files that are made of boxes only HEIC is read')
  const box = photo.boxes.find(({ type }) => type === 'mpvd')
  if (!box) return missing('There is no whole mpvd box')
  const range = { offset: box.payloadOffset, length: box.offset + box.length - box.payloadOffset }
  return await verdictOn(photo, { range, problems: [] })
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
    if (VIDEOS.includes(mime) && length !== 0) return { offset: start, length: end - start }
  }
  return `The Directory has no item of type ${VIDEOS.join(' or ')}`
}

const VIDEOS = ['video/mp4', 'video/quicktime']
