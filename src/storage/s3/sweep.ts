// sweep: takes away the parts of uploads that nobody will finish; S3 keeps them, unseen and paid for, for ever.
import type { ListMultipartUploadsCommandInput, ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import type { S3Connection } from './client.ts'
import { abortUpload } from './multipart.ts'
import type { S3Place } from './place.ts'

/** An upload in parts that was begun; aborting one that is gone by now is fine. */
export type Incomplete = { readonly key: string; abort(): Promise<void> }

type Marker = { readonly KeyMarker?: string; readonly UploadIdMarker?: string }

/** The uploads below the root that were begun before then. */
export async function* incompleteUploads(s3: S3Connection, root: S3Place, before: Date): AsyncGenerator<Incomplete> {
  let after: Marker | undefined = {}
  while (after) {
    const request: ListMultipartUploadsCommandInput = { Bucket: root.bucket, Prefix: root.key, ...after }
    const page: ListMultipartUploadsCommandOutput = await s3.call(root, server => server.listMultipartUploads(request))
    for (const { Key: key, UploadId: id, Initiated } of page.Uploads ?? []) {
      if (!key || !id || !Initiated || Initiated >= before) continue
      yield { key, abort: () => abortUpload(s3, { place: { bucket: root.bucket, key }, id }) }
    }
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page
    after = page.IsTruncated && KeyMarker ? { KeyMarker, UploadIdMarker } : undefined
  }
}
