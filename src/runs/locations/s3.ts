// s3: `s3://bucket/key`: objects that the server's own credentials reach, as far as the rules let callers use them.
import type { S3Connection } from '../../storage/s3/client.ts'
import { downloadTo } from '../../storage/s3/download.ts'
import { headObject } from '../../storage/s3/head.ts'
import { printS3Location } from '../../storage/s3/place.ts'
import type { S3Rules } from '../../storage/s3/rules.ts'
import { uploadFrom } from '../../storage/s3/upload.ts'
import type { LocationScheme } from './contract.ts'

export function s3Scheme(s3: S3Connection, rules: S3Rules): LocationScheme {
  const check = (location: string) => printS3Location(rules(location))
  return {
    names: ['s3'],
    checkSource: check,
    async locate(location, _owner, signal) {
      const place = rules(location)
      const { sizeBytes, fingerprint } = await headObject(s3, place, signal)
      return {
        kind: 'elsewhere',
        sizeBytes,
        // Objects of two buckets may well have the same ETag.
        fingerprint: `${check(location)} ${fingerprint}`,
        async download(file, { signal, onProgress }) {
          await downloadTo(s3, place, file, {
            fingerprint,
            signal,
            onProgress: ({ doneBytes, totalBytes }) => onProgress?.(doneBytes / totalBytes),
          })
        },
      }
    },
    destinations: {
      check,
      publish: async (file, location, _owner, approve, signal) =>
        await uploadFrom(s3, file, rules(location), { approve, signal }),
    },
  }
}
