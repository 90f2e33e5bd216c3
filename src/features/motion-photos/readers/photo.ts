// photo: the picture that a file begins with, read once for all readers: its kind, size, end and XMP.
import { type Box, readBoxes } from './boxes.ts'
import type { ByteRange } from './contract.ts'
import { heifMime, readMeta } from './heif.ts'
import { beginsPicture, endOfPicture, pictureSize, readHead, type Segment } from './jpeg.ts'
import { exifPlaces, jpegPackets, standardPlaces } from './jpeg-xmp.ts'
import type { Source } from './source.ts'

export type Photo = {
  readonly source: Source
  readonly widthPx?: number
  readonly heightPx?: number
  /** Behind the last byte of the primary picture, as the picture itself says; undefined when it is damaged. */
  readonly pictureEnd?: number
  /** Behind the pictures that follow it without a gap, such as a gain map. */
  readonly picturesEnd?: number
  /** XMP, the main packet first. */
  readonly packets: readonly string[]
  /** Where they are, without those that are put together from pieces. */
  readonly packetPlaces: readonly ByteRange[]
  /** Where the TIFF blocks are in which Exif is kept. */
  readonly exifPlaces: readonly ByteRange[]
} & (
  | { readonly format: 'jpeg'; readonly mime: 'image/jpeg'; readonly segments: readonly Segment[] }
  | { readonly format: 'heif'; readonly mime: 'image/heic' | 'image/avif'; readonly boxes: readonly Box[] }
)

/** Undefined when the file begins with neither JPEG, HEIC nor AVIF. */
export async function readPhoto(source: Source): Promise<Photo | undefined> {
  if (await beginsPicture(source, 0)) return await readJpeg(source)
  const mime = await heifMime(source)
  return mime && (await readHeif(source, mime))
}

async function readJpeg(source: Source): Promise<Photo> {
  const { segments, scanOffset } = await readHead(source, 0)
  const pictureEnd = scanOffset === undefined ? undefined : await endOfPicture(source, scanOffset)
  return {
    ...{ source, format: 'jpeg', mime: 'image/jpeg', segments },
    ...(await pictureSize(source, segments)),
    ...(pictureEnd !== undefined && { pictureEnd, picturesEnd: await endOfPictures(source, pictureEnd) }),
    packets: await jpegPackets(source, segments),
    packetPlaces: await standardPlaces(source, segments),
    exifPlaces: await exifPlaces(source, segments),
  }
}

const MOST_PICTURES = 8

async function endOfPictures(source: Source, pictureEnd: number): Promise<number> {
  let end = pictureEnd
  for (let count = 1; count < MOST_PICTURES && (await beginsPicture(source, end)); count++) {
    const { scanOffset } = await readHead(source, end)
    const next = scanOffset === undefined ? undefined : await endOfPicture(source, scanOffset)
    if (next === undefined) break
    end = next
  }
  return end
}

async function readHeif(source: Source, mime: 'image/heic' | 'image/avif'): Promise<Photo> {
  const { boxes, broken } = await readBoxes(source, 0, source.sizeBytes)
  // A video's box that is broken still ends the picture.
  const end = boxes.find(({ type }) => type === 'mpvd')?.offset ?? (broken?.type === 'mpvd' ? broken.offset : undefined)
  return {
    ...{ source, format: 'heif', mime, boxes },
    ...(end !== undefined && { pictureEnd: end, picturesEnd: end }),
    ...(await readMeta(source, boxes)),
  }
}
