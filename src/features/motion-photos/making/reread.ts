// reread: reads a written photo as strangers will, and holds what they find against the clip, byte for byte.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { AppError } from '../../../lib/errors.ts'
import { digestFile } from '../../../storage/digest.ts'
import { app1Payloads } from './jpeg.ts'
import { fieldHeader } from './samsung.ts'
import { XMP_HEADER } from './xmp.ts'

type Place = { readonly reader: string; readonly start: number; readonly end: number }

/** Throws `output_rejected` unless every kind of reader finds just this clip, and the timestamp that was meant. */
export async function assertFoundAgain(
  photo: string,
  clip: string,
  { timestampUs, layout, signal }: { timestampUs: number; layout: 'google' | 'samsung'; signal: AbortSignal },
): Promise<void> {
  const { size: sizeBytes } = await stat(photo)
  const { size: clipBytes } = await stat(clip)
  const xmp = await xmpOf(photo, sizeBytes - clipBytes)
  // Of Samsung's layout, Google's readers take the directory at the end for a part of the clip.
  const behind = layout === 'samsung' ? SAMSUNG_END_BYTES : 0
  const length = numberOf(xmp, /Item:Semantic="MotionPhoto" Item:Length="(\d+)"/)
  const offset = numberOf(xmp, /GCamera:MicroVideoOffset="(\d+)"/)
  const places: Place[] = [
    { reader: 'the directory of items', start: sizeBytes - length, end: sizeBytes - behind },
    { reader: 'MicroVideo', start: sizeBytes - offset, end: sizeBytes - behind },
    ...(layout === 'samsung' ? [await samsungPlace(photo, sizeBytes)] : []),
  ]
  const wanted = await digestFile(clip, { signal })
  for (const { reader, start, end } of distinct(places))
    if (start < 0 || (await digestOfPart(photo, start, end, signal)) !== wanted)
      throw new AppError('output_rejected', `The photo does not give its clip back by ${reader}`)
  const padding = numberOf(xmp, /Item:Semantic="Primary" Item:Length="0" Item:Padding="(\d+)"/)
  const mapBytes = xmp.includes('"GainMap"') ? numberOf(xmp, /Item:Semantic="GainMap" Item:Length="(\d+)"/) : 0
  if (!(await endsPicture(photo, sizeBytes - length - mapBytes - padding)))
    throw new AppError('output_rejected', 'The photo does not say where its picture ends')
  if (numberOf(xmp, /GCamera:MotionPhotoPresentationTimestampUs="(\d+)"/) !== timestampUs)
    throw new AppError('output_rejected', 'The photo does not name the frame that it shows')
}

const SAMSUNG_END_BYTES = 32

async function xmpOf(photo: string, headBytes: number): Promise<string> {
  const head = await bytesOf(photo, 0, Math.max(0, headBytes))
  const payload = app1Payloads(head).find(bytes => bytes.toString('latin1', 0, XMP_HEADER.length) === XMP_HEADER)
  return payload?.toString('utf8', XMP_HEADER.length) ?? ''
}

function numberOf(xmp: string, pattern: RegExp): number {
  return Number(pattern.exec(xmp)?.[1] ?? Number.NaN)
}

// A JPEG ends with a marker of its own; what comes then is padding, and the clip.
async function endsPicture(photo: string, end: number): Promise<boolean> {
  return end > 2 && (await bytesOf(photo, end - 2, end)).equals(Buffer.from([0xff, 0xd9]))
}

// From the end: "SEFT", how long the directory is, and in it how far before the directory the field begins.
async function samsungPlace(photo: string, sizeBytes: number): Promise<Place> {
  const end = await bytesOf(photo, sizeBytes - 8, sizeBytes)
  const directoryAt = sizeBytes - 8 - end.readUInt32LE(0)
  const directory = await bytesOf(photo, directoryAt, sizeBytes - 8)
  const fieldAt = directoryAt - directory.readUInt32LE(16)
  const fieldBytes = directory.readUInt32LE(20)
  return { reader: "Samsung's trailer", start: fieldAt + fieldHeader().length, end: fieldAt + fieldBytes }
}

// Large clips need not be read again for a reader that finds the same bytes.
function distinct(places: readonly Place[]): Place[] {
  return places.filter(
    ({ start, end }, index) => places.findIndex(other => other.start === start && other.end === end) === index,
  )
}

async function bytesOf(path: string, start: number, end: number): Promise<Buffer> {
  await using handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start)
  return buffer.subarray(0, bytesRead)
}

async function digestOfPart(path: string, start: number, end: number, signal: AbortSignal): Promise<string> {
  if (!(end > start)) return ''
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { start, end: end - 1, signal })) hash.update(chunk)
  return hash.digest('hex')
}
