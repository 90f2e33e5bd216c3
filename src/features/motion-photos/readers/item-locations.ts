// item-locations: where in the file an item of a HEIC or AVIF picture is, as its `iloc` box says.
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
  cursor.next(2)
  const base = cursor.next(layout.baseBytes)
  const count = cursor.next(2)
  const extents: ByteRange[] = []
  for (let index = 0; index < count && cursor.left(); index++) {
    cursor.next(layout.indexBytes)
    const offset = base + cursor.next(layout.offsetBytes)
    extents.push({ offset, length: cursor.next(layout.lengthBytes) })
  }
  return { id, extents, inFile: method === 0 }
}

type Cursor = ReturnType<typeof openCursor>

// Past the end there are only zeros.
function openCursor(bytes: Buffer) {
  let at = 0
  return {
    left: () => at < bytes.length,
    next(count: number): number {
      let value = 0
      for (const end = at + count; at < end; at++) value = value * 256 + (bytes[at] ?? 0)
      return value
    },
  }
}
