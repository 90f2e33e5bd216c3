// errors: what a call throws when the server refuses it or cannot be reached, with all that the server said.

/** The codes of the document, the one for too many requests, and two for what no server has said. */
export type BackendErrorCode =
  | 'INVALID_TOKEN'
  | 'INVALID_SESSION'
  | 'INVALID_PARAMETER'
  | 'UNSUPPORTED_FORMAT'
  | 'INVALID_TIME_RANGE'
  | 'FILE_TOO_LARGE'
  | 'PROCESSING_FAILED'
  | 'INTERNAL_ERROR'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  /** The server cannot be reached, or the connection broke. `status` is 0, `cause` is the reason. */
  | 'NETWORK_ERROR'
  /** What answered is not the service that it should be. */
  | 'INVALID_ANSWER'

export type ErrorFacts = {
  readonly status: number
  readonly errorCode: BackendErrorCode | (string & {})
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** A refusal. `message` is the server's own sentence (`detail`). */
export class BackendError extends Error {
  override readonly name = 'BackendError'
  /** The status of the answer; 0 when there was none. */
  readonly status: number
  readonly errorCode: ErrorFacts['errorCode']
  /** How long to wait before the next try, where the server says so (429, 503). */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, { status, errorCode, retryAfterSeconds, cause }: ErrorFacts) {
    super(message, { cause })
    this.status = status
    this.errorCode = errorCode
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Reads an answer that is not 2xx: `{detail, error_code, timestamp}`, or less where a proxy has answered. */
export async function readError(response: Response): Promise<BackendError> {
  const { status } = response
  const body = asObject(await response.json().catch(() => undefined))
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'))
  return new BackendError(textOf(body['detail']) ?? `The server answered ${status}`, {
    status,
    errorCode: textOf(body['error_code']) ?? USUAL_CODES[status] ?? 'INTERNAL_ERROR',
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

// An answer to HEAD has no body, and proxies speak a dialect of their own.
const USUAL_CODES: Readonly<Record<number, BackendErrorCode>> = {
  400: 'INVALID_PARAMETER',
  401: 'INVALID_TOKEN',
  404: 'INVALID_SESSION',
  413: 'FILE_TOO_LARGE',
  422: 'INVALID_PARAMETER',
  429: 'RATE_LIMITED',
  502: 'SERVICE_UNAVAILABLE',
  503: 'SERVICE_UNAVAILABLE',
  504: 'SERVICE_UNAVAILABLE',
}

// RFC 9110, 10.2.3: seconds, or a date.
function readRetryAfter(written: string | null): number | undefined {
  if (written === null) return undefined
  if (/^\d+$/.test(written)) return Number(written)
  const atMs = Date.parse(written)
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - Date.now()) / 1000))
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
