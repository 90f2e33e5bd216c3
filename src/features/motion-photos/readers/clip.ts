// clip: whether a video really is where something says it is, and whether it can be played.
import { type Box, childrenOf, readBoxes } from './boxes.ts'
import { type ByteRange, error, type Problem, type Verdict } from './contract.ts'
import type { Photo } from './photo.ts'
import type { Source } from './source.ts'

type Declared = { readonly range: ByteRange; readonly timestampUs?: number; readonly problems: readonly Problem[] }

/** The verdict on a video that is declared to be at `range`, with the problems found on the way there. */
export async function verdictOn(photo: Photo, { range, timestampUs, problems }: Declared): Promise<Verdict> {
  const misplaced = misplacement(photo, range) ?? (await beginningFault(photo.source, range))
  if (misplaced !== undefined) return { found: false, problems: [...problems, error(misplaced)] }
  const unplayable = await playingFaults(photo.source, range)
  return {
    ...{ found: true, clip: range },
    ...(timestampUs !== undefined && timestampUs >= 0 && { timestampUs }),
    problems: [...problems, ...unplayable.map(error)],
  }
}

function misplacement({ source, pictureEnd }: Photo, { offset, length }: ByteRange): string | undefined {
  if (!(length > 0)) return `The video is said to have ${length} bytes`
  if (length > source.sizeBytes) return 'The video is said to be longer than the whole file'
  if (!(offset > 0)) return 'The video is said to begin before the file'
  if (offset + length > source.sizeBytes) return 'The video is said to end behind the end of the file'
  if (pictureEnd !== undefined && offset < pictureEnd) return 'The video is said to begin inside the picture'
  return undefined
}

async function beginningFault(source: Source, { offset, length }: ByteRange): Promise<string | undefined> {
  const head = length >= 16 ? await source.read(offset, 8) : Buffer.alloc(8)
  const size = head.length === 8 ? head.readUInt32BE(0) : 0
  if (head.toString('latin1', 4) === 'ftyp' && size >= 16 && size <= length) return undefined
  return 'No video begins where it is said to begin: there is no ftyp box'
}

async function playingFaults(source: Source, { offset, length }: ByteRange): Promise<string[]> {
  const { boxes, broken } = await readBoxes(source, offset, offset + length)
  if (broken && MEDIA.has(broken.type)) return [`The video is cut off in its ${broken.type} box`]
  if (!boxes.some(({ type }) => type === 'moov')) return ['The video has no index (moov), so that nothing can play it']
  const { vide } = await countTracks(source, { offset, length })
  return vide > 0 ? [] : ['The video has no track with pictures']
}

const MEDIA = new Set(['moov', 'mdat', 'moof'])

/** How many tracks of each handler the clip has: `vide`, `soun`, `meta`. */
export async function countTracks(source: Source, { offset, length }: ByteRange) {
  const { boxes } = await readBoxes(source, offset, offset + length)
  const tracks = (await childrenOf(source, boxes, 'moov')).filter(({ type }) => type === 'trak').slice(0, MOST_TRACKS)
  const counts = { vide: 0, soun: 0, meta: 0 }
  for (const track of tracks) {
    const handler = await handlerOf(source, track)
    if (handler === 'vide' || handler === 'soun' || handler === 'meta') counts[handler]++
  }
  return counts
}

const MOST_TRACKS = 64

async function handlerOf(source: Source, track: Box): Promise<string> {
  const media = await few(source, track, 'mdia')
  const handler = media && (await few(source, media, 'hdlr'))
  // Version and flags, and a word that is zero.
  return handler ? (await source.read(handler.payloadOffset + 8, 4)).toString('latin1') : ''
}

// Of so many tracks nobody wants to know everything.
async function few(source: Source, { payloadOffset, offset, length }: Box, wanted: string): Promise<Box | undefined> {
  const { boxes } = await readBoxes(source, payloadOffset, offset + length, 16)
  return boxes.find(({ type }) => type === wanted)
}
