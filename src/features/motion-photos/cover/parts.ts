// parts: what a picture that was chosen as a cover says of itself, whatever it is stored in, and its gain map.
import { open, stat } from 'node:fs/promises'
import { type Photo, readPhoto } from '../readers/photo.ts'
import { fileSource } from '../readers/source.ts'
import { chunkParts } from './chunks.ts'
import { type HeifPicture, readHeifPicture } from './heif-picture.ts'
import { jpegParts } from './jpeg-parts.ts'

export type CoverParts = {
  /** The TIFF block that Exif is kept in. */
  readonly exif?: Buffer
  /** An ICC profile. */
  readonly profile?: Buffer
  /** An XMP packet. */
  readonly packet?: Buffer
  /** What decoders are given in its place, when they do not know how it is stored. */
  readonly heif?: HeifPicture
  /** There when its very bytes can be the still of a photo: a JPEG. */
  readonly jpeg?: KeptJpeg
}

export type KeptJpeg = {
  /** From its start to its own end, without what follows it. */
  readonly bytes: Buffer
  /** What applications wrote into it beside Exif, XMP and the list of pictures: marker, and payload. */
  readonly segments: readonly (readonly [marker: number, payload: Buffer])[]
  /** A whole JPEG that says where the picture is brighter on screens that can show it. */
  readonly gainMap?: Buffer
}

/**
 * Of what is damaged or unknown there are no parts: whether it is a picture is found out by decoding it. Throws
 * `media_unsupported` for a HEIC or AVIF that is put together in ways that are not known here.
 */
export async function readCover(path: string): Promise<CoverParts> {
  const { size } = await stat(path)
  await using handle = await open(path)
  const source = fileSource(handle, size)
  const photo = await readPhoto(source)
  if (photo?.format === 'jpeg') return await jpegParts(photo)
  return photo ? await heifParts(photo) : await chunkParts(source)
}

async function heifParts(photo: Photo & { format: 'heif' }): Promise<CoverParts> {
  const heif = await readHeifPicture(photo)
  const [place] = photo.exifPlaces
  const [packet] = photo.packets
  return {
    heif,
    ...(place && { exif: await photo.source.read(place.offset, place.length) }),
    ...(heif.profile && { profile: heif.profile }),
    ...(packet !== undefined && { packet: Buffer.from(packet) }),
  }
}
