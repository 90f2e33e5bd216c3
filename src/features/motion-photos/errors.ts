// errors: document 001's dialect: {detail, error_code, timestamp}, and what a failed run means to whoever waits for it.
import { AppError, type ErrorCode } from '../../lib/errors.ts'
import type { RunError } from '../../runs/run.ts'
import type { Dialect } from '../../web/errors.ts'

export const ERROR_CODES = [
  'INVALID_TOKEN',
  'INVALID_SESSION',
  'UNSUPPORTED_FORMAT',
  'INVALID_TIME_RANGE',
  'FILE_TOO_LARGE',
  'PROCESSING_FAILED',
  'INTERNAL_ERROR',
  'RATE_LIMITED',
  'INVALID_PARAMETER',
] as const

const DOCUMENT: { readonly [Code in ErrorCode]?: (typeof ERROR_CODES)[number] } = {
  unauthorized: 'INVALID_TOKEN',
  session_not_found: 'INVALID_SESSION',
  upload_unsupported: 'UNSUPPORTED_FORMAT',
  motion_photo_missing: 'UNSUPPORTED_FORMAT',
  time_range_invalid: 'INVALID_TIME_RANGE',
  time_outside: 'INVALID_TIME_RANGE',
  upload_too_large: 'FILE_TOO_LARGE',
  request_too_large: 'FILE_TOO_LARGE',
  processing_failed: 'PROCESSING_FAILED',
  too_many_requests: 'RATE_LIMITED',
}

export const dialect: Dialect = ({ code, status, message }) => ({
  detail: message,
  error_code: DOCUMENT[code] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'INVALID_PARAMETER'),
  // Whole seconds, as the document writes it.
  timestamp: new Date().toISOString().replace(/\.\d+/, ''),
})

/** Somebody else's session answers in the same words. */
export function noSession(cause?: unknown): AppError {
  return new AppError('session_not_found', 'There is no such session, or it has expired', { cause })
}

// What the maker found wrong, in the words of whoever asked; all else is a failure of the work.
const CAUSES: { readonly [Code in ErrorCode]?: ErrorCode } = {
  media_unsupported: 'upload_unsupported',
  media_encrypted: 'upload_unsupported',
  media_damaged: 'upload_unsupported',
  upload_unsupported: 'upload_unsupported',
  source_too_large: 'upload_too_large',
  request_invalid: 'request_invalid',
  value_impossible: 'value_impossible',
  time_range_invalid: 'time_range_invalid',
  time_outside: 'time_outside',
  disk_full: 'disk_full',
  unavailable: 'unavailable',
  source_missing: 'session_not_found',
  object_missing: 'session_not_found',
}

export function failureOf({ code, message, details = [] }: RunError): AppError {
  const cause = CAUSES[code]
  return cause === 'session_not_found' ? noSession() : new AppError(cause ?? 'processing_failed', message, { details })
}
