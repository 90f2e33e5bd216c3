// boxes: the boxes of an ISO base media file (HEIC, AVIF, MP4), one after the other, from a start to an end.
import type { ByteRange } from './contract.ts'
import type { Source } from './source.ts'

export type Box = ByteRange & {
  readonly type: string
  readonly payloadOffset: number
  /** Its size is told as zero: it reaches to the end of whatever it is in. */
  readonly openEnded: boolean
}

export type Boxes = {
  readonly boxes: readonly Box[]
  /** The box that is said to be longer than what it is in, or shorter than its own head. */
  readonly broken?: { readonly type: string; readonly offset: number }
}

const MOST_BOXES = 2048

/** Every step goes forward, so that no file can send us round in circles. */
export async function readBoxes(source: Source, start: number, end: number, most = MOST_BOXES): Promise<Boxes> {
  const boxes: Box[] = []
  let offset = start
  while (offset + 8 <= end && boxes.length < most) {
    const head = await source.read(offset, 16)
    const box = head.length >= 8 ? toBox(head, offset, end) : undefined
    if (!box) return { boxes, broken: { type: head.toString('latin1', 4, 8), offset } }
    boxes.push(box)
    offset += box.length
  }
  return { boxes }
}

function toBox(head: Buffer, offset: number, end: number): Box | undefined {
  const short = head.readUInt32BE(0)
  const long = short === 1
  if (long && head.length < 16) return undefined
  const openEnded = short === 0
  const length = openEnded ? end - offset : long ? Number(head.readBigUInt64BE(8)) : short
  const headBytes = long ? 16 : 8
  if (length < headBytes || offset + length > end) return undefined
  return { type: head.toString('latin1', 4, 8), offset, length, payloadOffset: offset + headBytes, openEnded }
}

/** The boxes inside the first box of this type; none when there is no such box. `skip` bytes stand before them. */
export async function childrenOf(
  source: Source,
  boxes: readonly Box[],
  type: string,
  skip = 0,
): Promise<readonly Box[]> {
  const box = boxes.find(candidate => candidate.type === type)
  return box ? await inside(source, box, skip) : []
}

export async function inside(source: Source, box: Box, skip = 0): Promise<readonly Box[]> {
  return (await readBoxes(source, box.payloadOffset + skip, box.offset + box.length)).boxes
}
