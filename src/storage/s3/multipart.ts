// multipart: sends an object in parts that the server puts together at the end, or throws away.
import type { CompletedPart } from '@aws-sdk/client-s3'
import { AppError } from '../../lib/errors.ts'
import type { Copied } from '../publish.ts'
import { abreast } from './abreast.ts'
import { assertStored, type Birth, checkEtag, isBorn } from './birth.ts'
import type { S3Connection } from './client.ts'
import { names } from './head.ts'
import type { Part } from './parts.ts'
import { quoteS3, type S3Place } from './place.ts'

type InParts = {
  readonly parts: AsyncIterable<Part>
  readonly birth: Birth
  /** Asked when all parts are sent, right before the request that makes the object visible. */
  readonly approved: () => Promise<Copied>
  readonly signal?: AbortSignal
}

type Upload = { readonly place: S3Place; readonly id: string }

const IN_FLIGHT = 4

/** Whatever fails, no part stays on the server, unless the server can no longer be reached. */
export async function sendInParts(
  s3: S3Connection,
  place: S3Place,
  { parts, birth, approved, signal }: InParts,
): Promise<Copied> {
  const upload = await begin(s3, place, birth, signal)
  try {
    const sent = await sendParts(s3, upload, parts, signal)
    const copied = await approved()
    await complete(s3, upload, sent, birth, signal)
    await assertStored(s3, place, { id: birth.id, sizeBytes: copied.sizeBytes, signal })
    return copied
  } catch (error) {
    await abortUpload(s3, upload)
    throw error
  }
}

/** Fails without a sound: sweeping finds what stays behind. */
export async function abortUpload(s3: S3Connection, { place, id }: Upload): Promise<void> {
  await s3.call(place, server => server.abortMultipartUpload({ ...names(place), UploadId: id })).catch(() => undefined)
}

async function begin(s3: S3Connection, place: S3Place, birth: Birth, signal?: AbortSignal): Promise<Upload> {
  const request = { ...names(place), ...birth.headers }
  const { UploadId } = await s3.call(place, (server, options) => server.createMultipartUpload(request, options), signal)
  if (UploadId) return { place, id: UploadId }
  throw new AppError('unavailable', `${quoteS3(place)}: the S3 server began no upload`)
}

async function sendParts(
  s3: S3Connection,
  { place, id }: Upload,
  parts: AsyncIterable<Part>,
  signal?: AbortSignal,
): Promise<CompletedPart[]> {
  const sent: CompletedPart[] = []
  const sendPart = async (part: Part, stop: AbortSignal) => {
    const numbered = { ...names(place), UploadId: id, PartNumber: part.number }
    const request = { ...numbered, Body: part.body, ContentMD5: part.md5.toString('base64') }
    const answer = await s3.call(place, (server, options) => server.uploadPart(request, options), stop)
    checkEtag(place, part, answer)
    sent.push({ PartNumber: part.number, ETag: answer.ETag })
  }
  await abreast(IN_FLIGHT, parts, sendPart, signal)
  return sent.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0))
}

async function complete(
  s3: S3Connection,
  { place, id }: Upload,
  sent: CompletedPart[],
  birth: Birth,
  signal?: AbortSignal,
): Promise<void> {
  const request = { ...names(place), UploadId: id, MultipartUpload: { Parts: sent } }
  try {
    await s3.call(place, (server, options) => server.completeMultipartUpload(request, options), signal)
  } catch (error) {
    // When the answer is lost, the next attempt is told that there is no such upload: it has become the object.
    if (signal?.aborted || !(await isBorn(s3, place, birth))) throw error
  }
}
