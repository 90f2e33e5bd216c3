// errors: the one error class, and the closed table of codes that every door renders in its own dialect.

/**
 * What each code means to a caller (HTTP status) and to the engine (`retry`: may the same work succeed if tried
 * again?). Codes are API; messages are for people.
 */
const CODES = {
  spec_missing: { status: 400, retry: false },
  spec_invalid: { status: 400, retry: false },
  request_invalid: { status: 400, retry: false },
  request_too_large: { status: 413, retry: false },
  request_timeout: { status: 408, retry: false },
  content_type_unsupported: { status: 415, retry: false },
  method_not_allowed: { status: 405, retry: false },
  idempotency_key_reused: { status: 422, retry: false },
  too_many_requests: { status: 429, retry: false },
  unauthorized: { status: 401, retry: false },
  forbidden: { status: 403, retry: false },
  not_found: { status: 404, retry: false },
  session_not_found: { status: 404, retry: false },
  value_impossible: { status: 422, retry: false },
  request_unprocessable: { status: 422, retry: false },
  time_range_invalid: { status: 400, retry: false },
  time_outside: { status: 422, retry: false },
  upload_too_large: { status: 413, retry: false },
  upload_unsupported: { status: 400, retry: false },
  motion_photo_missing: { status: 422, retry: false },
  processing_failed: { status: 500, retry: false },
  range_unsatisfiable: { status: 416, retry: false },
  run_not_found: { status: 404, retry: false },
  media_not_found: { status: 404, retry: false },
  key_not_found: { status: 404, retry: false },
  user_not_found: { status: 404, retry: false },
  user_exists: { status: 409, retry: false },
  run_terminal: { status: 400, retry: false },
  run_ended: { status: 409, retry: false },
  run_not_failed: { status: 400, retry: false },
  delivery_not_found: { status: 404, retry: false },
  config_invalid: { status: 500, retry: false },
  data_directory_in_use: { status: 500, retry: false },
  location_refused: { status: 400, retry: false },
  source_missing: { status: 404, retry: false },
  source_changed: { status: 409, retry: false },
  source_too_large: { status: 413, retry: false },
  media_unsupported: { status: 415, retry: false },
  media_encrypted: { status: 422, retry: false },
  media_damaged: { status: 422, retry: false },
  output_rejected: { status: 500, retry: false },
  ffmpeg_failed: { status: 500, retry: true },
  process_timeout: { status: 500, retry: true },
  output_too_large: { status: 413, retry: false },
  disk_full: { status: 507, retry: true },
  object_missing: { status: 404, retry: false },
  artifact_damaged: { status: 500, retry: true },
  // What others make for us: they will not, they could not, they have too much to do, they take too long.
  provider_refused: { status: 422, retry: false },
  provider_failed: { status: 502, retry: true },
  provider_busy: { status: 503, retry: true },
  provider_timeout: { status: 504, retry: false },
  // They have made it, and been paid, and it cannot be read: nothing that is ordered again.
  provider_unreadable: { status: 502, retry: false },
  attempt_stale: { status: 409, retry: false },
  worker_lost: { status: 500, retry: false },
  worker_stopping: { status: 503, retry: true },
  cancelled: { status: 409, retry: false },
  unavailable: { status: 503, retry: true },
  internal: { status: 500, retry: true },
} as const

export type ErrorCode = keyof typeof CODES

/** One thing that is wrong with a document: where (a JSON pointer, RFC 6901) and what would be right. */
export type Fault = { readonly pointer: string; readonly message: string }

/** The only error Kinora throws on purpose. `details` lists every fault found, not just the first. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: readonly Fault[]
  /** Not to be tried again before this long: somebody has said so. */
  readonly retryAfterMs: number

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: readonly Fault[]; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.details = options.details ?? []
    this.retryAfterMs = options.retryAfterMs ?? 0
  }

  get status(): number {
    return CODES[this.code].status
  }

  get retry(): boolean {
    return CODES[this.code].retry
  }
}

/** Anything thrown, as an AppError: what is not ours becomes `internal` and keeps its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (isErrno(thrown, 'ENOSPC'))
    return new AppError('disk_full', 'There is no space left on the disk', { cause: thrown })
  return new AppError('internal', 'Something went wrong on our side', { cause: thrown })
}

/** Whether `thrown` is a system error with this code, such as `ENOENT`. */
export function isErrno(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === code
}
