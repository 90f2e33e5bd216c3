// storage: Kinora's own objects in an S3 bucket, below a prefix.
import { unlink } from 'node:fs/promises'
import { AppError } from '../../lib/errors.ts'
import type { Storage } from '../contract.ts'
import { assertMovable } from '../files.ts'
import { assertKey, isKey, missing } from '../keys.ts'
import type { S3Connection } from './client.ts'
import { deleteObject } from './delete.ts'
import { downloadTo } from './download.ts'
import { headObject } from './head.ts'
import { listKeys } from './listing.ts'
import type { S3Place } from './place.ts'
import { openForReading } from './read.ts'
import { incompleteUploads } from './sweep.ts'
import { uploadFrom, uploadStream } from './upload.ts'

/** Objects below `root`, in a bucket that is there already. Several hosts may share it. */
export function s3Storage(s3: S3Connection, root: S3Place): Storage {
  const placeOf = (key: string): S3Place => ({ bucket: root.bucket, key: `${root.key}${key}` })

  return {
    async put(key, body) {
      assertKey(key)
      const { sizeBytes } = await own(key, uploadStream(s3, body, placeOf(key)))
      return { sizeBytes }
    },

    async putFile(key, path) {
      assertKey(key)
      await assertMovable(path)
      await own(key, uploadFrom(s3, path, placeOf(key)))
      await unlink(path)
    },

    async get(key) {
      if (!isKey(key)) throw missing(key)
      return await own(key, openForReading(s3, placeOf(key)))
    },

    async fetchTo(key, path) {
      if (!isKey(key)) throw missing(key)
      await own(key, downloadTo(s3, placeOf(key), path))
    },

    async stat(key) {
      if (!isKey(key)) return undefined
      try {
        const { sizeBytes } = await own(key, headObject(s3, placeOf(key)))
        return { sizeBytes }
      } catch (error) {
        if (error instanceof AppError && error.code === 'object_missing') return undefined
        throw error
      }
    },

    async delete(key) {
      if (isKey(key)) await own(key, deleteObject(s3, placeOf(key)))
    },

    async *list(prefix) {
      const keys = listKeys(s3, placeOf(prefix))
      for (let next = await own(prefix, keys.next()); !next.done; next = await own(prefix, keys.next())) {
        const key = next.value.slice(root.key.length)
        if (isKey(key)) yield key
      }
    },

    localPath() {
      return undefined
    },

    async *leftovers(prefix, before) {
      const uploads = incompleteUploads(s3, placeOf(prefix), before)
      for (let next = await own(prefix, uploads.next()); !next.done; next = await own(prefix, uploads.next())) {
        const { key, abort } = next.value
        yield { name: key.slice(root.key.length), remove: abort }
      }
    },
  }
}

async function own<Answer>(key: string, work: Promise<Answer>): Promise<Answer> {
  return await work.catch(error => {
    throw toOwnError(key, error)
  })
}

// Callers of jobs are not told about the bucket behind them, and what is wrong with it can be mended: tried again.
function toOwnError(key: string, error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  if (error.code === 'source_missing') return missing(key, error)
  if (!['location_refused', 'source_changed', 'unavailable'].includes(error.code)) return error
  const why = error.code === 'location_refused' ? ': check KINORA_STORAGE_URL and the credentials' : ' at the moment'
  return new AppError('unavailable', `The S3 storage cannot be used${why}`, { cause: error })
}
