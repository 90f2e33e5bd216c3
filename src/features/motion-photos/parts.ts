// parts: what the parts of a photo are called, and of what type they are, when they are downloads of their own.
import type { Inspection } from './inspection.ts'
import { type Piece, stillPieces } from './still.ts'

export type Part = { readonly pieces: readonly Piece[]; readonly type: string }

/** The still, where there is no clip. */
export async function toPart(inspection: Inspection, part: 'still' | 'clip'): Promise<Part> {
  const { photo, clip } = inspection
  if (part === 'still' || !clip) return { pieces: await stillPieces(inspection), type: photo.mime }
  const brand = (await photo.source.read(clip.offset + 8, 4)).toString('latin1')
  return { pieces: [clip], type: brand === 'qt  ' ? 'video/quicktime' : 'video/mp4' }
}

const ENDINGS: Readonly<Record<string, string>> = {
  ...{ 'image/jpeg': 'jpg', 'image/heic': 'heic', 'image/avif': 'avif' },
  ...{ 'video/mp4': 'mp4', 'video/quicktime': 'mov' },
}

/** After the photo's own name, without what a header or a disk would stumble over: `IMG_1.MP.jpg` gives `IMG_1.mp4`. */
export function nameOfPart(photoName: string, type: string): string {
  const base = photoName.split(/[/\\]/).at(-1) ?? ''
  const bare = base.replace(/\.\w{1,5}$/, '').replace(/[._]?MP$/, '')
  const safe = bare
    .replace(/[^\w .-]/g, '_')
    .replace(/^[. ]+/, '')
    .slice(0, 100)
  return `${safe === '' ? 'photo' : safe}.${ENDINGS[type] ?? 'bin'}`
}
