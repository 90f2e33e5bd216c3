// reuse: what a finished photo gives to a new one: its clip, its still and its name.
import type { PhotoInspection } from '../../../../../sdk/index.ts'

/** What was dropped, and what the service says of it. */
export type Looked = { readonly photo: File; readonly found: PhotoInspection }

/** Undefined where there is none, or none that can be opened. */
export function clipOf({ photo, found: { video } }: Looked): File | undefined {
  if (!video || video.error !== undefined) return undefined
  const bytes = photo.slice(video.offset, video.offset + video.length)
  return new File([bytes], `${bareName(photo)}.mp4`, { type: 'video/mp4' })
}

/** The picture alone; readers of HEIC and AVIF pass over a video in it by themselves. */
export function stillOf({ photo, found: { video, file } }: Looked): File {
  const bytes = file.mime === 'image/jpeg' ? photo.slice(0, video?.offset) : photo
  return new File([bytes], `Still of ${photo.name}`, { type: file.mime })
}

/** The moment of the still, in a clip of this length; its middle where the photo says nothing that could be. */
export function stillTimeOf({ found: { timestampUs } }: Looked, durationS: number): number {
  const toldS = (timestampUs ?? Number.NaN) / 1e6
  return toldS >= 0 && toldS < durationS ? toldS : durationS / 2
}

/** As galleries want it. */
export function nameAnew(photo: File): string {
  return `${bareName(photo)}_MP.jpg`
}

function bareName({ name }: File): string {
  return name.replace(/\.\w{1,5}$/, '').replace(/[._]?MP$/, '') || 'photo'
}
