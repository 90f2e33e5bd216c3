// item-locations: where in the file the items of a HEIC or AVIF picture are, as its `iloc` box says, or is to say.
import type { Box } from './boxes.ts'
import type { ByteRange } from './contract.ts'
import type { Source } from './source.ts'

type Layout = {
  readonly version: number
  readonly offsetBytes: number
  readonly lengthBytes: number
  readonly baseBytes: number
  readonly indexBytes: number
}

const LARGEST_BOX = 1024 * 1024

/** Items in several pieces, or inside other boxes, are not found: nobody stores XMP like that. ISO/IEC 14496-12, 8.11.3. */
export async function readLocation(source: Source, box: Box, item: number): Promise<ByteRange | undefined> {
  const bytes = await source.read(box.payloadOffset, Math.min(LARGEST_BOX, box.length - 8))
  const cursor = openCursor(bytes)
  const layout = readLayout(cursor)
  const count = cursor.next(layout.version < 2 ? 2 : 4)
  for (let index = 0; index < count && cursor.left(); index++) {
    const { id, extents, inFile } = readItem(cursor, layout)
    const [first] = extents
    if (id !== item) continue
    return inFile && extents.length === 1 && first ? first : undefined
  }
  return undefined
}

/** The pieces of every item that lies in the file, or in the box of data at `dataOffset`, by the numbers of the items. */
export async function readItemPieces(source: Source, box: Box, dataOffset = 0): Promise<Map<number, ByteRange[]>> {
  const cursor = openCursor(await source.read(box.payloadOffset, Math.min(LARGEST_BOX, box.length - 8)))
  const layout = readLayout(cursor)
  const count = cursor.next(layout.version < 2 ? 2 : 4)
  const pieces = new Map<number, ByteRange[]>()
  for (let index = 0; index < count && cursor.left(); index++) {
    const { id, extents, inFile, inData } = readItem(cursor, layout)
    const start = inData ? dataOffset : 0
    if (inFile || (inData && dataOffset > 0))
      pieces.set(
        id,
        extents.map(({ offset, length }) => ({ offset: start + offset, length })),
      )
  }
  return pieces
}

/**
 * What the box is to hold once these ranges are no longer in the file, in as many bytes; undefined when it cannot be told,
 * which is so for items inside of them, and for a box that is too long.
 */
export async function movedLocations(
  source: Source,
  box: Box,
  removed: readonly ByteRange[],
): Promise<Buffer | undefined> {
  if (box.length - 8 > LARGEST_BOX) return undefined
  const bytes = Buffer.from(await source.read(box.payloadOffset, box.offset + box.length - box.payloadOffset))
  const cursor = openCursor(bytes)
  const layout = readLayout(cursor)
  const count = cursor.next(layout.version < 2 ? 2 : 4)
  for (let index = 0; index < count && cursor.left(); index++) {
    const { base, extents, inFile } = readItem(cursor, layout)
    const moves = inFile ? extents.map(extent => moveOf(extent, removed)) : []
    const [first = 0] = moves
    if (moves.includes(undefined)) return undefined
    // An item lies on one side of the video, whose length its base or each of its offsets loses.
    const together = base.value >= first && moves.every(move => move === first)
    if (together && first > 0) cursor.write({ ...base, value: base.value - first })
    for (const [position, { place }] of extents.entries()) {
      const move = together ? 0 : (moves[position] ?? 0)
      if (place.value < move) return undefined
      if (move > 0) cursor.write({ ...place, value: place.value - move })
    }
  }
  return bytes
}

function moveOf({ offset, length }: ByteRange, removed: readonly ByteRange[]): number | undefined {
  const inside = removed.some(range => offset < range.offset + range.length && offset + length > range.offset)
  if (inside) return undefined
  return removed.filter(range => range.offset < offset).reduce((sum, range) => sum + range.length, 0)
}

function readLayout(cursor: Cursor): Layout {
  const version = cursor.next(1)
  cursor.next(3)
  const [sizes, more] = [cursor.next(1), cursor.next(1)]
  const indexBytes = version === 0 ? 0 : more & 15
  return { version, offsetBytes: sizes >> 4, lengthBytes: sizes & 15, baseBytes: more >> 4, indexBytes }
}

function readItem(cursor: Cursor, layout: Layout) {
  const id = cursor.next(layout.version < 2 ? 2 : 4)
  const method = layout.version === 0 ? 0 : cursor.next(2) & 15
  // Zero is this very file.
  const file = cursor.next(2)
  const base = cursor.place(layout.baseBytes)
  const count = cursor.next(2)
  const extents: (ByteRange & { readonly place: Place })[] = []
  for (let index = 0; index < count && cursor.left(); index++) {
    cursor.next(layout.indexBytes)
    const place = cursor.place(layout.offsetBytes)
    extents.push({ offset: base.value + place.value, length: cursor.next(layout.lengthBytes), place })
  }
  return { id, base, extents, inFile: method === 0 && file === 0, inData: method === 1 }
}

/** A number, and where in the box it is. */
type Place = { readonly at: number; readonly bytes: number; readonly value: number }

type Cursor = ReturnType<typeof openCursor>

// Past the end there are only zeros.
function openCursor(bytes: Buffer) {
  let at = 0
  const next = (count: number): number => {
    let value = 0
    for (const end = at + count; at < end; at++) value = value * 256 + (bytes[at] ?? 0)
    return value
  }
  return {
    next,
    left: () => at < bytes.length,
    place: (count: number): Place => ({ at, bytes: count, value: next(count) }),
    write({ at, bytes: count, value }: Place): void {
      for (let rest = value, index = at + count - 1; index >= at; index--, rest = Math.floor(rest / 256))
        bytes[index] = rest % 256
    },
  }
}
