// delete: takes an object away; one that is not there is fine.
import { AppError } from '../../lib/errors.ts'
import type { S3Connection } from './client.ts'
import { names } from './head.ts'
import type { S3Place } from './place.ts'

/** Throws `location_refused`, `unavailable`. */
export async function deleteObject(s3: S3Connection, place: S3Place, signal?: AbortSignal): Promise<void> {
  try {
    await s3.call(place, (server, options) => server.deleteObject(names(place), options), signal)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'source_missing')) throw error
  }
}
