// birth: marks an object that we make, so that afterwards we can tell that it is ours and whole.
import { randomUUID } from 'node:crypto'
import { AppError } from '../../lib/errors.ts'
import type { S3Connection } from './client.ts'
import { headObject } from './head.ts'
import type { Part } from './parts.ts'
import { quoteS3, type S3Place } from './place.ts'

export type Birth = {
  readonly id: string
  readonly headers: { readonly ContentType: string; readonly Metadata: Record<string, string> }
}

const MARK = 'kinora-upload'

export function newBirth(contentType: string, metadata?: Readonly<Record<string, string>>): Birth {
  const id = randomUUID()
  return { id, headers: { ContentType: contentType, Metadata: { ...metadata, [MARK]: id } } }
}

/**
 * Looks at what is there after an upload. Throws `unavailable` where our object has another size than what was sent.
 * Somebody else's is no fault: it has replaced ours, and the last one wins.
 */
export async function assertStored(
  s3: S3Connection,
  place: S3Place,
  { id, sizeBytes, signal }: { id: string; sizeBytes: number; signal?: AbortSignal },
): Promise<void> {
  const stored = await headObject(s3, place, signal)
  if (stored.metadata[MARK] === id && stored.sizeBytes !== sizeBytes) throw damaged(place)
}

/** Whether what is there now is the object that was born like this. */
export async function isBorn(s3: S3Connection, place: S3Place, { id }: Birth): Promise<boolean> {
  const stored = await headObject(s3, place).catch(() => undefined)
  return stored?.metadata[MARK] === id
}

/**
 * Holds the server's ETag against what was sent, where it is a digest: not with keys of KMS or of a customer, and some
 * servers make up others. Answers whether it was one, and so proves what is stored. Throws `unavailable`.
 */
export function checkEtag(
  place: S3Place,
  { md5 }: Part,
  answer: { ETag?: string; ServerSideEncryption?: string; SSECustomerAlgorithm?: string },
): boolean {
  const isDigest = (answer.ServerSideEncryption ?? 'AES256') === 'AES256' && !answer.SSECustomerAlgorithm
  const etag = /^"?([0-9a-f]{32})"?$/i.exec(answer.ETag ?? '')?.[1]
  if (!isDigest || !etag) return false
  if (etag.toLowerCase() !== md5.toString('hex')) throw damaged(place)
  return true
}

function damaged(place: S3Place): AppError {
  return new AppError('unavailable', `${quoteS3(place)}: the S3 server did not store what was sent`)
}
