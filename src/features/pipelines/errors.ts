// errors: the pipelines document's dialect: {error, message, code}, and the sentence itself in `error` for 401 and 403.
import { AppError, type ErrorCode, toAppError } from '../../lib/errors.ts'
import type { Dialect } from '../../web/errors.ts'

// The codes that the document names differently, with its own messages where it gives them.
const DOCUMENT: { readonly [Code in ErrorCode]?: { readonly error: string; readonly message?: string } } = {
  spec_missing: { error: 'missing_spec', message: 'Job specification is required' },
  spec_invalid: { error: 'invalid_spec' },
  request_invalid: { error: 'invalid_request' },
  run_not_found: { error: 'job_not_found' },
  run_not_failed: { error: 'job_not_failed' },
  run_terminal: { error: 'job_terminal', message: 'Job is already in terminal state' },
}

export const dialect: Dialect = ({ code, status, message, details }) => {
  const named = DOCUMENT[code]
  const sentence = status === 401 || status === 403 ? message : undefined
  return {
    error: sentence ?? named?.error ?? code,
    message: named?.message ?? message,
    code: status,
    ...(details.length > 0 && { details }),
  }
}

/** The document's sentence names the id as the caller gave it. */
export async function called<T>(id: string, work: Promise<T>): Promise<T> {
  return await work.catch(thrown => {
    const error = toAppError(thrown)
    if (error.code !== 'run_not_found') throw thrown
    throw new AppError('run_not_found', `Job ${id} not found`, { cause: error })
  })
}
