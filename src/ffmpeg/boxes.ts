// boxes: finds boxes in an MP4 by their headers (ISO 14496-12 §4.2), without reading what is in them.
import type { FileHandle } from 'node:fs/promises'

/** Where its contents are. */
export type Box = { readonly type: string; readonly start: number; readonly end: number }

// Of a million frames in one fragment.
const MOST_BYTES = 16 * 1024 ** 2
// A film has fewer.
const MOST_BOXES = 5000
/** Of a fragment a second for ten hours. */
export const MOST_TOP_BOXES = 100_000

/** Never looks at more boxes than that. */
export function boxReader(handle: FileHandle, most = MOST_BOXES) {
  let left = most
  const bytesAt = async (position: number, length: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  }
  // What is missing of the last one lies behind the end of the outer one.
  async function* all(outer: Box): AsyncGenerator<Box & { readonly missing: number }> {
    for (let at = outer.start; at + 8 <= outer.end && left > 0; left--) {
      const header = await bytesAt(at, 16)
      if (header.length < 8) return
      const size = header.readUInt32BE(0)
      const large = size === 1 && header.length === 16
      const length = large ? Number(header.readBigUInt64BE(8)) : size === 0 ? outer.end - at : size
      if (length < 8) return
      const end = at + length
      const type = header.toString('latin1', 4, 8)
      yield { type, start: at + (large ? 16 : 8), end: Math.min(outer.end, end), missing: Math.max(0, end - outer.end) }
      at = end
    }
  }
  async function within(outer: Box, type: string): Promise<Box[]> {
    const found: Box[] = []
    for await (const box of all(outer)) if (box.type === type) found.push(box)
    return found
  }
  async function path(outer: Box, types: readonly string[]): Promise<Box[]> {
    let found = [outer]
    for (const type of types) found = (await Promise.all(found.map(box => within(box, type)))).flat()
    return found
  }
  return {
    all,
    within,
    path,
    word: async (position: number) => (await bytesAt(position, 4)).toString('latin1'),
    /** The first of them, if they are more than any of these boxes has. */
    contents: ({ start, end }: Box) => bytesAt(start, Math.min(end - start, MOST_BYTES)),
  }
}
