// still: the pieces of a photo's file that are its still: without the video, and no longer saying that there is one.
import type { Inspection } from './inspection.ts'
import { type Box, childrenOf } from './readers/boxes.ts'
import type { ByteRange } from './readers/contract.ts'
import { movedLocations } from './readers/item-locations.ts'
import type { Photo } from './readers/photo.ts'
import { withoutMarks } from './still-exif.ts'
import { withoutMotion } from './still-xmp.ts'

/** Bytes of the file, or others in their place. */
export type Piece = ByteRange | Buffer

/** In order. Where nothing is to be said otherwise, the file's own bytes. */
export async function stillPieces({ photo, clip, still }: Inspection): Promise<Piece[]> {
  if (!clip) return [still]
  const { packetPlaces, exifPlaces, pictureEnd = 0, picturesEnd = pictureEnd } = photo
  const mapBytes = picturesEnd - pictureEnd
  const silenced = [
    ...(await silencedAt(photo, packetPlaces, packet => withoutMotion(packet, mapBytes))),
    ...(await silencedAt(photo, exifPlaces, withoutMarks)),
  ]
  if (photo.format === 'jpeg') return patched([still], silenced)
  const [kept, removed] = partition(photo.boxes, ({ type }) => !VIDEO.has(type))
  if (!removed.some(({ type }) => type === 'mpvd')) return patched([still], silenced)
  const moved = await movedItems(photo, removed)
  return moved ? patched(kept, [...silenced, ...moved]) : patched([wholeOf(photo)], [...silenced, ...freed(removed)])
}

type Patch = { readonly offset: number; readonly bytes: Buffer }

// Samsung's directory tells of the video alone.
const VIDEO = new Set(['mpvd', 'sefd'])

async function silencedAt({ source }: Photo, places: readonly ByteRange[], silence: (bytes: Buffer) => Buffer) {
  const patches: Patch[] = []
  for (const { offset, length } of places) {
    const bytes = await source.read(offset, length)
    const silent = bytes.length === length ? silence(bytes) : bytes
    if (!silent.equals(bytes)) patches.push({ offset, bytes: silent })
  }
  return patches
}

// Undefined where something else than the list of items may point behind the video, or that list cannot be rewritten.
async function movedItems({ source, boxes }: Photo & { format: 'heif' }, removed: readonly Box[]) {
  const locations = (await childrenOf(source, boxes, 'meta', 4)).find(({ type }) => type === 'iloc')
  if (!locations || boxes.some(({ type }) => type === 'moov')) return undefined
  const bytes = await movedLocations(source, locations, removed)
  return bytes && [{ offset: locations.payloadOffset, bytes }]
}

// A box that readers pass over takes the room of the video, so that everything else is where it was.
function freed(removed: readonly Box[]): Patch[] {
  return removed.map(({ offset }) => ({ offset: offset + 4, bytes: Buffer.from('free') }))
}

function wholeOf({ source }: Photo): ByteRange {
  return { offset: 0, length: source.sizeBytes }
}

function patched(kept: readonly ByteRange[], patches: readonly Patch[]): Piece[] {
  return kept.flatMap(range => {
    const end = range.offset + range.length
    const inside = patches.filter(({ offset, bytes }) => offset >= range.offset && offset + bytes.length <= end)
    const pieces: Piece[] = []
    let at = range.offset
    for (const { offset, bytes } of inside.toSorted((one, other) => one.offset - other.offset)) {
      pieces.push({ offset: at, length: offset - at }, bytes)
      at = offset + bytes.length
    }
    return [...pieces, { offset: at, length: end - at }].filter(({ length }) => length > 0)
  })
}

function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(holds), items.filter(item => !holds(item))]
}
