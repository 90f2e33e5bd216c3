// upload: sends bytes to an object that appears whole, and only once whoever asked has approved it.
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError } from '../../lib/errors.ts'
import type { Copied } from '../publish.ts'
import { newBirth } from './birth.ts'
import type { S3Connection } from './client.ts'
import { contentTypeOf } from './content-type.ts'
import { sendInParts } from './multipart.ts'
import { cutIntoParts, type Part, partBytesFor } from './parts.ts'
import type { S3Place } from './place.ts'
import { sendWhole } from './whole.ts'

export type UploadOptions = {
  /** Asked when everything is sent and nothing can be seen; what it throws undoes all. */
  readonly approve?: (copied: Copied) => Promise<void>
  /** Default: by the ending of the key. */
  readonly contentType?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

// A stream does not say how long it is: 10,000 parts of 16 MiB are 160 GB.
const STREAM_FACTOR = 2

/** Sends a file. Throws `location_refused`, `unavailable`. */
export async function uploadFrom(
  s3: S3Connection,
  file: string,
  place: S3Place,
  options: UploadOptions = {},
): Promise<Copied> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await handle.stat()
    const chunks = handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false, signal: options.signal })
    return await send(s3, place, cutIntoParts(chunks, partBytesFor(size, s3.partBytes)), options)
  } finally {
    await handle.close()
  }
}

/** Sends a stream of any length, holding a few parts of it in memory. Throws like `uploadFrom`, and what it throws. */
export async function uploadStream(
  s3: S3Connection,
  body: AsyncIterable<Uint8Array | string>,
  place: S3Place,
  options: UploadOptions = {},
): Promise<Copied> {
  return await send(s3, place, cutIntoParts(body, STREAM_FACTOR * s3.partBytes), options)
}

async function send(
  s3: S3Connection,
  place: S3Place,
  { parts, sum }: ReturnType<typeof cutIntoParts>,
  { approve = async () => {}, contentType, metadata, signal }: UploadOptions,
): Promise<Copied> {
  const birth = newBirth(contentType ?? contentTypeOf(place.key), metadata)
  const first = await parts.next()
  const second = await parts.next()
  if (first.done) throw new AppError('internal', 'A body without a first part')
  const approved = async () => {
    const copied = sum()
    await approve(copied)
    return copied
  }
  if (second.done) return await sendWhole(s3, place, { part: first.value, birth, approved, signal })
  const all = chain([first.value, second.value], parts)
  return await sendInParts(s3, place, { parts: all, birth, approved, signal })
}

async function* chain(taken: readonly Part[], rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  yield* taken
  yield* rest
}
