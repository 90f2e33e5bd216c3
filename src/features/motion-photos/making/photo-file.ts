// photo-file: writes a motion photo: the still with its metadata, and behind it the clip, byte for byte.
import { createReadStream } from 'node:fs'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import type { Captured } from '../../../engine/probe.ts'
import { AppError } from '../../../lib/errors.ts'
import type { Micros } from '../../../lib/time.ts'
import { descriptionsOf } from '../cover/descriptions.ts'
import type { CoverParts } from '../cover/parts.ts'
import { LIST_BYTES, pictureList } from '../cover/picture-list.ts'
import { exifFacts, uprightExif } from '../cover/upright-exif.ts'
import { EXIF_HEADER, exifPayload } from './exif.ts'
import { bareJpeg, baselineSize, profileSegments, type Segment, sizeOf, withSegments } from './jpeg.ts'
import { fieldHeader, trailer } from './samsung.ts'
import { xmpPayload } from './xmp.ts'

export type PhotoParts = {
  readonly still: string
  readonly thumbnail: string
  readonly clip: string
  readonly timestampUs: Micros
  readonly layout: 'google' | 'samsung'
  /** When and where the clip was filmed. */
  readonly captured?: Captured
  /** What the still is made of, when it is no frame of the clip. */
  readonly cover?: CoverParts
}

export async function writePhoto(file: string, parts: PhotoParts): Promise<void> {
  const { size: clipBytes } = await stat(parts.clip)
  // Samsung's directory counts in four bytes, and Google's readers in as many.
  if (clipBytes > 2 ** 31) throw new AppError('output_too_large', 'The clip is too large for a motion photo')
  const [before, behind] = parts.layout === 'samsung' ? [fieldHeader(), trailer(clipBytes)] : [NOTHING, NOTHING]
  const room = { paddingBytes: before.length, lengthBytes: clipBytes + behind.length }
  await writeFile(file, [...(await picturesOf(parts, room)), before])
  await appendFile(file, createReadStream(parts.clip))
  await appendFile(file, behind)
}

const NOTHING = Buffer.alloc(0)

type Room = { readonly paddingBytes: number; readonly lengthBytes: number }

// The picture, and its gain map.
async function picturesOf(parts: PhotoParts, room: Room): Promise<Buffer[]> {
  const { cover = {}, timestampUs } = parts
  const { jpeg } = cover
  const gainMap = jpeg?.gainMap
  const still = jpeg?.bytes ?? (await readFile(parts.still))
  const exif = exifOf(parts, still, bareJpeg(await readFile(parts.thumbnail)))
  const xmp = xmpPayload({
    ...{ ...room, timestampUs, captured: unsaid(parts) },
    ...(gainMap && { gainMapBytes: gainMap.length }),
    ...(cover.packet && { descriptions: descriptionsOf(cover.packet) }),
  })
  // Exif first, as Exif demands and as Android's reader expects; no JFIF segment, which is the other standard's first.
  const segments: Segment[] = [
    [APP1, exif],
    [APP1, xmp],
    ...profileSegments(cover.profile ?? NOTHING),
    ...(jpeg?.segments ?? []),
  ]
  if (!gainMap) return [withSegments(still, segments)]
  const listAt = 2 + segments.reduce((sum, segment) => sum + sizeOf(segment), 0) + SEGMENT_HEAD_BYTES
  const picture = (list: Buffer) => withSegments(still, [...segments, [APP2, list]])
  const { length } = picture(Buffer.alloc(LIST_BYTES))
  return [picture(pictureList(listAt, length, gainMap.length)), gainMap]
}

const APP1 = 0xe1
const APP2 = 0xe2
const SEGMENT_HEAD_BYTES = 4
const LARGEST_EXIF = 65_533

// A cover has a date and a place of its own, and everything else that its camera wrote.
function exifOf({ cover, captured }: PhotoParts, still: Buffer, thumbnail: Buffer): Buffer {
  const size = baselineSize(still)
  // The bytes of a cover are still turned as they were.
  const own = cover?.exif && (cover.jpeg ? cover.exif : uprightExif(cover.exif, size))
  if (own && own.length + EXIF_HEADER.length <= LARGEST_EXIF) return Buffer.concat([EXIF_HEADER, own])
  const colours = cover?.profile ? 'profile' : 'srgb'
  return exifPayload({ size, thumbnail, colours, ...(captured && { captured }) })
}

// What the Exif of a cover does not say, of the clip.
function unsaid({ cover, captured = {} }: PhotoParts): Captured {
  const said = cover?.exif ? exifFacts(cover.exif) : { at: false, place: false }
  return {
    ...(captured.at && !said.at && { at: captured.at }),
    ...(captured.place && !said.place && { place: captured.place }),
  }
}
