// clip: whether a video really is where something says it is, and whether it can be played.
import { type Box, childrenOf, readBoxes } from './boxes.ts'
import { type ByteRange, error, type Problem, type Verdict } from './contract.ts'
import type { Photo } from './photo.ts'
import type { Source } from './source.ts'

type Declared = { readonly range: ByteRange; readonly timestampUs?: number; readonly problems: readonly Problem[] }

/** The verdict on a video that is declared to be at `range`, with the problems found on the way there. */
export async function verdictOn(photo: Photo, { range, timestampUs, problems }: Declared): Promise<Verdict> {
  const misplaced = misplacement(photo, range) ?? (await beginningFault(photo.source, range))
  // Which frame the still is does not hang on where the video begins.
  const told = timestampUs !== undefined && timestampUs >= 0 && { timestampUs }
  if (misplaced !== undefined) {
    const wrong = `${misplaced}${await distanceOf(photo, range.offset)}`
    return { found: false, ...told, problems: [...problems, error(wrong)] }
  }
  const unplayable = await playingFaults(photo.source, range)
  return { found: true, clip: range, ...told, problems: [...problems, ...unplayable.map(error)] }
}

// What was cut off or put in front is rarely more.
const NEAR_BYTES = 1024 * 1024

// In words that go on from what is wrong; nothing where no video begins nearby.
async function distanceOf({ source, pictureEnd = 1 }: Photo, wanted: number): Promise<string> {
  const start = Math.max(pictureEnd, Math.min(wanted, source.sizeBytes) - NEAR_BYTES)
  const bytes = await source.read(start, 2 * NEAR_BYTES)
  const distances: number[] = []
  for (let at = bytes.indexOf('ftyp'); at >= 0 && distances.length < 64; at = bytes.indexOf('ftyp', at + 1))
    if (looksLikeHead(bytes, at)) distances.push(start + at - 4 - wanted)
  const [nearest = 0] = distances.toSorted((one, other) => Math.abs(one) - Math.abs(other))
  if (nearest === 0) return ''
  const many = Math.abs(nearest)
  return `; one begins ${many} byte${many === 1 ? '' : 's'} ${nearest < 0 ? 'earlier' : 'later'}`
}

/** Size, `ftyp`, brand, version. */
export const HEAD_BYTES = 16

/** Whether a video may begin four bytes before the word that is `at` there. */
export function looksLikeHead(bytes: Buffer, at: number): boolean {
  if (at < 4 || at + 8 > bytes.length) return false
  const size = bytes.readUInt32BE(at - 4)
  return size >= HEAD_BYTES && size <= 1024 && /^[\x20-\x7e]{4}$/.test(bytes.toString('latin1', at + 4, at + 8))
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
