// cut-off: how much of a file is missing at its end, where its container says how long it is: a download that broke off.
import type { FileHandle } from 'node:fs/promises'
import { boxReader, MOST_TOP_BOXES } from './boxes.ts'

type Looked = {
  readonly handle: FileHandle
  readonly demuxer: string
  readonly head: Buffer
  readonly sizeBytes: number
}

/** Zero where nothing is, or where the container does not say. */
export async function missingBytes({ handle, demuxer, head, sizeBytes }: Looked): Promise<number> {
  if (demuxer === 'matroska') return Math.max(0, segmentEnd(head) - sizeBytes)
  if (demuxer !== 'mov') return 0
  const file = { type: '', start: 0, end: sizeBytes }
  for await (const { type, missing } of boxReader(handle, MOST_TOP_BOXES).all(file))
    if (missing > 0 && FILLED.includes(type)) return missing
  return 0
}

// What some programs append to a file is no box, and its first bytes say nothing of a length.
const FILLED = ['moov', 'moof', 'mdat']

// An EBML header, and one segment (RFC 8794 §4.4, RFC 9559 §5.1).
function segmentEnd(head: Buffer): number {
  const header = sizeAt(head, 4)
  const segment = header && header.next + header.value
  if (segment === undefined || head.readUIntBE(Math.min(segment, head.length - 4), 4) !== SEGMENT) return 0
  const size = sizeAt(head, segment + 4)
  return size ? size.next + size.value : 0
}

const SEGMENT = 0x18538067

// The zeros before the first one say how many bytes follow; all ones is a length that was not known.
function sizeAt(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23
  if (length < 1 || length > 8 || at + length > bytes.length) return undefined
  const most = 2 ** (7 * length) - 1
  let value = (bytes[at] ?? 0) & (0xff >> length)
  for (let place = 1; place < length; place++) value = value * 256 + (bytes[at + place] ?? 0)
  return value >= most ? undefined : { value, next: at + length }
}
