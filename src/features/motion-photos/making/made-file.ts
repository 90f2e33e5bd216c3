// made-file: what is wrong with a file that we have made ourselves is our failure, and never the fault of whoever asked.

import { rejected } from '../../../ffmpeg/measure.ts'
import { AppError, isErrno } from '../../../lib/errors.ts'

/** What reads a made file. Throws `output_rejected` where a source would be missing, damaged or unknown. */
export async function ofMade<Found>(reading: Promise<Found>): Promise<Found> {
  return await reading.catch(error => {
    throw isUnreadable(error)
      ? new AppError('output_rejected', `What was made cannot be read: ${messageOf(error)}`, { cause: error })
      : rejected(error)
  })
}

const UNREADABLE = ['source_missing', 'object_missing', 'media_unsupported', 'media_encrypted', 'media_damaged']

function isUnreadable(error: unknown): boolean {
  return isErrno(error, 'ENOENT') || (error instanceof AppError && UNREADABLE.includes(error.code))
}

// Of a file that is not there, no path of this machine is told.
function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'it is not there'
}
