// photo-file: writes a motion photo: the still with its metadata, and behind it the clip, byte for byte.
import { createReadStream } from 'node:fs'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { AppError } from '../../../lib/errors.ts'
import type { Micros } from '../../../lib/time.ts'
import { exifPayload } from './exif.ts'
import { bareJpeg, baselineSize, withSegments } from './jpeg.ts'
import { fieldHeader, trailer } from './samsung.ts'
import { xmpPayload } from './xmp.ts'

export type PhotoParts = {
  readonly still: string
  readonly thumbnail: string
  readonly clip: string
  readonly timestampUs: Micros
  readonly layout: 'google' | 'samsung'
}

export async function writePhoto(file: string, parts: PhotoParts): Promise<void> {
  const { size: clipBytes } = await stat(parts.clip)
  // Samsung's directory counts in four bytes, and Google's readers in as many.
  if (clipBytes > 2 ** 31) throw new AppError('output_too_large', 'The clip is too large for a motion photo')
  const [before, behind] = parts.layout === 'samsung' ? [fieldHeader(), trailer(clipBytes)] : [NOTHING, NOTHING]
  const xmp = xmpPayload({
    timestampUs: parts.timestampUs,
    paddingBytes: before.length,
    lengthBytes: clipBytes + behind.length,
  })
  const still = await readFile(parts.still)
  const exif = exifPayload(baselineSize(still), bareJpeg(await readFile(parts.thumbnail)))
  // Exif first, as Exif demands and as Android's reader expects; no JFIF segment, which is the other standard's first.
  await writeFile(file, [withSegments(still, [exif, xmp]), before])
  await appendFile(file, createReadStream(parts.clip))
  await appendFile(file, behind)
}

const NOTHING = Buffer.alloc(0)
