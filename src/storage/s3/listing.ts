// listing: the objects below a root, page by page.
import type { S3Connection } from './client.ts'
import type { S3Place } from './place.ts'

/** Every key that begins with the root's. Throws `location_refused`, `unavailable`. */
export async function* listKeys(s3: S3Connection, root: S3Place, signal?: AbortSignal): AsyncGenerator<string> {
  let token: string | undefined
  do {
    const request = { Bucket: root.bucket, Prefix: root.key, ContinuationToken: token }
    const page = await s3.call(root, (server, options) => server.listObjectsV2(request, options), signal)
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key
    token = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (token !== undefined)
}
