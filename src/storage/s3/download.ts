// download: copies an object to a new file, several ranges at a time.
import { type FileHandle, open, rm } from 'node:fs/promises'
import { AppError } from '../../lib/errors.ts'
import { abreast } from './abreast.ts'
import type { S3Connection } from './client.ts'
import { headObject, type S3Object } from './head.ts'
import { quoteS3, type S3Place } from './place.ts'
import { type ByteRange, readRange } from './read.ts'

export type DownloadOptions = {
  /** Of the object that is meant; another one in its place is `source_changed`. */
  readonly fingerprint?: string
  readonly signal?: AbortSignal
  /** Told again and again how much has been written. */
  readonly onProgress?: (progress: { doneBytes: number; totalBytes: number }) => void
}

const IN_FLIGHT = 5
// Requests cost time at both ends, and a range that breaks off goes on from there: large ones lose nothing.
const LARGE_RANGE_BYTES = 64 << 20
// What comes from the network in pieces of 64 KiB is written in pieces of this size.
const WRITE_BYTES = 1 << 20

/**
 * Every byte of `file` is of one and the same object. A download that fails leaves no file. Throws `source_missing`,
 * `source_changed`, `location_refused`, `unavailable`, and EEXIST when the file is there already.
 */
export async function downloadTo(
  s3: S3Connection,
  place: S3Place,
  file: string,
  { fingerprint, signal, onProgress }: DownloadOptions = {},
): Promise<S3Object> {
  const found = await headObject(s3, place, signal)
  if (fingerprint !== undefined && found.fingerprint !== fingerprint) throw changed(place)
  const handle = await open(file, 'wx')
  try {
    await fill(handle, found)
    if ((await handle.stat()).size !== found.sizeBytes) throw changed(place)
    return found
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }

  async function fill(target: FileHandle, { sizeBytes, etag }: S3Object): Promise<void> {
    let doneBytes = 0
    const fetchRange = async (range: ByteRange, stop: AbortSignal) => {
      let position = range.start
      for await (const chunk of gathered(readRange(s3, place, { ...range, etag }, stop))) {
        position += await writeAll(target, chunk, position)
        doneBytes += chunk.length
        onProgress?.({ doneBytes, totalBytes: sizeBytes })
      }
    }
    await abreast(IN_FLIGHT, rangesOf(sizeBytes, rangeBytesFor(sizeBytes, s3.partBytes)), fetchRange, signal)
  }
}

function* rangesOf(sizeBytes: number, partBytes: number): Generator<ByteRange> {
  for (let start = 0; start < sizeBytes; start += partBytes)
    yield { start, end: Math.min(start + partBytes, sizeBytes) }
}

function rangeBytesFor(sizeBytes: number, leastBytes: number): number {
  return Math.max(leastBytes, Math.min(LARGE_RANGE_BYTES, Math.ceil(sizeBytes / IN_FLIGHT)))
}

async function* gathered(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes < WRITE_BYTES) continue
    yield Buffer.concat(held)
    held = []
    heldBytes = 0
  }
  if (heldBytes > 0) yield Buffer.concat(held)
}

async function writeAll(target: FileHandle, chunk: Buffer, position: number): Promise<number> {
  for (let done = 0; done < chunk.length; )
    done += (await target.write(chunk, done, chunk.length - done, position + done)).bytesWritten
  return chunk.length
}

function changed(place: S3Place): AppError {
  return new AppError('source_changed', `${quoteS3(place)}: it is no longer the object that was looked at`)
}
