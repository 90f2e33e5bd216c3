// samsung: reads the trailer of Samsung's cameras (SEF): a directory at the very end of the file, found by its last word.
import { verdictOn } from './clip.ts'
import { type ByteRange, missing, type Reader } from './contract.ts'
import type { Source } from './source.ts'

const VIDEO = 0x0a30
const NAME = 'MotionPhoto_Data'
const FOOT_BYTES = 8
const HEAD_BYTES = 12
const ENTRY_BYTES = 12
// Phones write a dozen.
const MOST_FIELDS = 1024

export const samsung: Reader = {
  name: 'samsung',

  async read(photo) {
    const range = await videoField(photo.source)
    return typeof range === 'string' ? missing(range) : await verdictOn(photo, { range, problems: [] })
  },
}

async function videoField(source: Source): Promise<ByteRange | string> {
  const foot = await source.read(source.sizeBytes - FOOT_BYTES, FOOT_BYTES)
  if (foot.toString('latin1', 4) !== 'SEFT') return 'The file does not end with a Samsung trailer'
  const directoryBytes = foot.readUInt32LE(0)
  const start = source.sizeBytes - FOOT_BYTES - directoryBytes
  const directory = await source.read(start, directoryBytes)
  if (
    directory.length < HEAD_BYTES ||
    directory.length !== directoryBytes ||
    directory.toString('latin1', 0, 4) !== 'SEFH'
  )
    return 'The directory of the trailer is not where the end of the file says it is'
  const count = directory.readUInt32LE(8)
  if (count > MOST_FIELDS || HEAD_BYTES + count * ENTRY_BYTES > directoryBytes)
    return `The directory of the trailer says that it has ${count} fields, which it cannot hold`
  for (let index = 0; index < count; index++) {
    const entry = directory.subarray(HEAD_BYTES + index * ENTRY_BYTES)
    const field = { offset: start - entry.readUInt32LE(4), length: entry.readUInt32LE(8) }
    if (entry.readUInt16LE(2) === VIDEO) return await dataOf(source, field)
  }
  return 'The trailer has no field for a video'
}

async function dataOf(source: Source, { offset, length }: ByteRange): Promise<ByteRange | string> {
  const head = await source.read(offset, FIELD_HEAD_BYTES + NAME.length)
  if (head.length < FIELD_HEAD_BYTES + NAME.length || head.readUInt16LE(2) !== VIDEO)
    return 'The video of the trailer is not where its directory says it is'
  if (head.readUInt32LE(4) !== NAME.length || head.toString('latin1', FIELD_HEAD_BYTES) !== NAME)
    return `The video of the trailer is not called ${NAME}`
  const data = { offset: offset + head.length, length: length - head.length }
  return (await pointedTo(source, data)) ?? data
}

const FIELD_HEAD_BYTES = 8

// In HEIC files the field only says where the video is: its version, and two numbers.
async function pointedTo(source: Source, { offset, length }: ByteRange): Promise<ByteRange | undefined> {
  if (length !== 12) return undefined
  const pointer = await source.read(offset, 12)
  if (pointer.length < 12 || !/^mpv\d$/.test(pointer.toString('latin1', 0, 4))) return undefined
  return { offset: pointer.readUInt32BE(4), length: pointer.readUInt32BE(8) }
}
