// read: the bytes of a range of an object, in order; where the connection breaks, another one goes on from there.
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../lib/errors.ts'
import type { S3Connection } from './client.ts'
import { toS3Error } from './failures.ts'
import { headObject, names } from './head.ts'
import type { S3Place } from './place.ts'

/** From `start` up to, and without, `end`. */
export type ByteRange = { readonly start: number; readonly end: number }

// In a row, without a byte in between.
const ATTEMPTS = 5

/** Opens an object from its first byte to its last. Throws `source_missing`, `location_refused`, `unavailable`. */
export async function openForReading(s3: S3Connection, place: S3Place): Promise<Readable> {
  const { sizeBytes, etag } = await headObject(s3, place)
  const chunks = readRange(s3, place, { start: 0, end: sizeBytes, etag })
  // Asked for now: who has begun to read goes on reading the same bytes, whatever is put there later.
  return Readable.from(resume(await chunks.next(), chunks), { objectMode: false })
}

/**
 * Yields exactly the bytes of the range of the object that had this `etag`. Throws `source_changed` as soon as another
 * one is in its place, `unavailable` when the server keeps breaking off.
 */
export async function* readRange(
  s3: S3Connection,
  place: S3Place,
  { start, end, etag }: ByteRange & { readonly etag: string },
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let position = start
  let failures = 0
  while (position < end) {
    try {
      for await (const chunk of await openRange(s3, place, { start: position, end, etag }, signal)) {
        if (position + chunk.length > end) throw new Error('The server sent more than it was asked for')
        position += chunk.length
        failures = 0
        yield chunk
      }
      if (position < end) throw new Error('The server sent less than it promised')
    } catch (error) {
      signal?.throwIfAborted()
      // What the call itself threw has been tried several times.
      if (error instanceof AppError) throw error
      if (++failures === ATTEMPTS) throw toS3Error(error, place)
      await delay(50 * 2 ** failures, undefined, { signal })
    }
  }
}

async function* resume(first: IteratorResult<Buffer>, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (!first.done) yield first.value
  yield* rest
}

async function openRange(
  s3: S3Connection,
  place: S3Place,
  { start, end, etag }: ByteRange & { readonly etag: string },
  signal?: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const request = { ...names(place), Range: `bytes=${start}-${end - 1}`, IfMatch: etag }
  const answer = await s3.call(place, (server, options) => server.getObject(request, options), signal)
  const body = answer.Body as (AsyncIterable<Buffer> & { destroy(): void }) | undefined
  if (body && answer.ContentRange?.startsWith(`bytes ${start}-${end - 1}/`)) return body
  body?.destroy()
  throw new AppError('unavailable', 'The S3 server does not answer with the range that it was asked for')
}
