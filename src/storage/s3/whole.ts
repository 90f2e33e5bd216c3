// whole: sends an object that fits into one request.
import type { Copied } from '../publish.ts'
import { assertStored, type Birth, checkEtag } from './birth.ts'
import type { S3Connection } from './client.ts'
import { names } from './head.ts'
import type { Part } from './parts.ts'
import type { S3Place } from './place.ts'

type Whole = {
  readonly part: Part
  readonly birth: Birth
  /** Asked right before the request that makes the object visible. */
  readonly approved: () => Promise<Copied>
  readonly signal?: AbortSignal
}

export async function sendWhole(
  s3: S3Connection,
  place: S3Place,
  { part, birth, approved, signal }: Whole,
): Promise<Copied> {
  const copied = await approved()
  const request = { ...names(place), ...birth.headers, Body: part.body, ContentMD5: part.md5.toString('base64') }
  const answer = await s3.call(place, (server, options) => server.putObject(request, options), signal)
  if (!checkEtag(place, part, answer))
    await assertStored(s3, place, { id: birth.id, sizeBytes: copied.sizeBytes, signal })
  return copied
}
