// finish: a picture in the format that was asked for, with a note in it of how it was made.
import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import type { ImageFormat, ImageOrder, Size } from '../../../providers/image/contract.ts'
import type { PictureNotes } from '../provenance/notes.ts'
import type { Decoded } from './decode.ts'
import type { ImageMeans } from './means.ts'
import { turnUpright } from './orientation.ts'
import { withProfile } from './profile.ts'
import { uprightSize } from './traits.ts'

export type Finished = Size & { readonly bytes: Buffer; readonly notes: PictureNotes; readonly format: ImageFormat }

/** What was delivered in that format stays as it is, but for the note. */
export async function finishPicture(
  { mark }: Pick<ImageMeans, 'mark'>,
  { format, quality }: ImageOrder,
  decoded: Decoded,
  notes: PictureNotes,
): Promise<Finished> {
  const { widthPx, heightPx, delivered, pixels } = decoded
  const encoded = pixels === undefined ? delivered.bytes : await encode(pixels, decoded, format, quality)
  return { widthPx, heightPx, format, notes, bytes: mark(encoded, notes) }
}

type Encoder = (pixels: Sharp, quality: number) => Sharp

// Libraries count from 1.
const ENCODERS: Readonly<Record<ImageFormat, Encoder>> = {
  png: pixels => pixels.png(),
  jpg: (pixels, quality) =>
    pixels.flatten({ background: 'white' }).jpeg({
      quality: Math.max(1, quality),
      progressive: false,
      // Whoever asks for that much looks at edges, too.
      chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0',
    }),
  webp: (pixels, quality) => pixels.webp({ quality: Math.max(1, quality) }),
}

async function encode(
  pixels: string,
  { traits, ...size }: Size & Pick<Decoded, 'traits'>,
  format: ImageFormat,
  quality: number,
): Promise<Buffer> {
  // Turned twice, it is as large as it was stored.
  const raw = turnUpright(await readFile(pixels), uprightSize(size, traits), traits.orientation)
  const picture = sharp(raw, { raw: { width: size.widthPx, height: size.heightPx, channels: 4 } })
  const encoded = await ENCODERS[format](isOpaque(raw) ? picture.removeAlpha() : picture, quality).toBuffer()
  return traits.profile ? withProfile(format, encoded, traits.profile) : encoded
}

// A fourth channel that says nothing costs a quarter more.
function isOpaque(rgba: Buffer): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false
  return true
}
