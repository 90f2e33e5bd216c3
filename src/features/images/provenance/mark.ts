// mark: writes notes into a picture without touching what it shows. A line a format.
import { notAPicture } from '../containers/not-a-picture.ts'
import { jpegMarker } from './jpeg.ts'
import type { Marker } from './marker.ts'
import { type PictureNotes, toXmp } from './notes.ts'
import { pngMarker } from './png.ts'
import { webpMarker } from './webp.ts'

const MARKERS: readonly Marker[] = [pngMarker, jpegMarker, webpMarker]

/**
 * A PNG, JPEG or WebP with the notes in it; one that its maker has signed stays as it is, with the notes of its maker,
 * unless what was asked for is to stay private: nobody knows what they tell.
 */
export function markPicture(bytes: Buffer, notes: PictureNotes): Buffer {
  const marker = MARKERS.find(({ is }) => is(bytes))
  if (!marker) throw notAPicture()
  return marker.isSigned(bytes) && notes.prompt !== undefined ? bytes : marker.mark(bytes, toXmp(notes))
}
