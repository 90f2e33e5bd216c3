// brute: the last resort: looks for the beginning of a video behind the picture, whatever the file says of itself.
import { readBoxes } from './boxes.ts'
import { HEAD_BYTES, looksLikeHead, verdictOn } from './clip.ts'
import { type ByteRange, missing, type Reader } from './contract.ts'
import type { Photo } from './photo.ts'
import type { Source } from './source.ts'

const CHUNK_BYTES = 1024 * 1024
const LONGEST_SEARCH = 512 * 1024 * 1024
const MOST_CANDIDATES = 16

export const brute: Reader = {
  name: 'brute',

  async read(photo) {
    for await (const offset of candidates(photo.source, searchStart(photo))) {
      const range = await videoFrom(photo.source, offset)
      if (range) return await verdictOn(photo, { range, problems: [] })
    }
    return missing('Nothing in the file looks like a video')
  },
}

function searchStart(photo: Photo): number {
  if (photo.picturesEnd !== undefined) return photo.picturesEnd
  // The picture's own first box looks like a video's.
  return photo.format === 'heif' ? (photo.boxes[0]?.length ?? 16) : 2
}

async function* candidates(source: Source, start: number): AsyncGenerator<number> {
  const end = Math.min(source.sizeBytes, start + LONGEST_SEARCH)
  let count = 0
  for (let offset = start; offset < end; offset += CHUNK_BYTES) {
    const bytes = await source.read(offset, CHUNK_BYTES + HEAD_BYTES)
    for (let at = bytes.indexOf('ftyp'); at >= 0; at = bytes.indexOf('ftyp', at + 1)) {
      if (!looksLikeHead(bytes, at)) continue
      yield offset + at - 4
      if (++count === MOST_CANDIDATES) return
    }
  }
}

// The video goes on as long as its boxes are such as videos have: a trailer is no part of it.
async function videoFrom(source: Source, start: number): Promise<ByteRange | undefined> {
  const { boxes } = await readBoxes(source, start, source.sizeBytes)
  const strange = boxes.findIndex(({ type }) => !VIDEO.has(type))
  const own = strange < 0 ? boxes : boxes.slice(0, strange)
  const last = own.at(-1)
  if (!last || !own.some(({ type }) => type === 'moov')) return undefined
  return { offset: start, length: last.offset + last.length - start }
}

const VIDEO = new Set(
  'ftyp moov mdat free skip wide uuid meta udta styp sidx moof mfra emsg pdin prft pnot ssix'.split(' '),
)
