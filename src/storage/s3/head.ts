// head: what an S3 server says about an object without sending it.
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { AppError } from '../../lib/errors.ts'
import type { S3Connection } from './client.ts'
import type { S3Place } from './place.ts'

export type S3Object = {
  readonly sizeBytes: number
  /** Changes whenever the object is written, even with the same bytes where the server notes versions or times. */
  readonly fingerprint: string
  /** As the server spells it, for If-Match. */
  readonly etag: string
  readonly metadata: Readonly<Record<string, string>>
}

/** Throws `source_missing`, `location_refused`, `unavailable`. */
export async function headObject(s3: S3Connection, place: S3Place, signal?: AbortSignal): Promise<S3Object> {
  try {
    return toObject(await s3.call(place, (server, options) => server.headObject(names(place), options), signal))
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unavailable') await explain(s3, place, signal)
    throw error
  }
}

/** How the SDK wants a place. */
export function names({ bucket, key }: S3Place): { Bucket: string; Key: string } {
  return { Bucket: bucket, Key: key }
}

function toObject(head: HeadObjectCommandOutput): S3Object {
  const { ContentLength: sizeBytes = 0, ETag: etag = '', VersionId, LastModified, Metadata: metadata = {} } = head
  const fingerprint = [etag, VersionId, LastModified?.getTime(), sizeBytes].join(':')
  return { sizeBytes, fingerprint, etag, metadata }
}

// An answer to HEAD has no body, so it cannot tell a missing bucket from a missing object, nor a wrong secret from a
// missing permission. An answer to GET can: this throws what it says.
async function explain(s3: S3Connection, place: S3Place, signal?: AbortSignal): Promise<void> {
  await s3.call(
    place,
    async (server, options) => {
      const { Body } = await server.getObject(names(place), options)
      await Body?.transformToWebStream().cancel()
    },
    signal,
  )
}
