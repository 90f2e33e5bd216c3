// failures: says in our own words what an S3 server, or the way to it, found wrong.
import { AppError, type ErrorCode } from '../../lib/errors.ts'
import { quoteS3, type S3Place } from './place.ts'

type Failure = { readonly code: ErrorCode; readonly says: string }

const CREDENTIALS =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or any other source of credentials that the AWS SDK knows'
const MISSING: Failure = { code: 'source_missing', says: 'there is no such object' }
const CHANGED: Failure = { code: 'source_changed', says: 'it changed while it was read' }
const NO_BUCKET: Failure = {
  code: 'location_refused',
  says: 'there is no such bucket; if there should be, check AWS_REGION and AWS_ENDPOINT_URL',
}
const DENIED: Failure = {
  code: 'location_refused',
  says: "the server's S3 credentials may not do this; it takes s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket",
}
const NO_CREDENTIALS: Failure = {
  code: 'location_refused',
  says: `the server has no S3 credentials; ${CREDENTIALS}`,
}
const BAD_CREDENTIALS: Failure = {
  code: 'location_refused',
  says: `the S3 server does not accept the server's credentials; ${CREDENTIALS}`,
}
const TOO_LARGE: Failure = { code: 'location_refused', says: 'the object is larger than this S3 server takes' }
const UNREACHABLE: Failure = { code: 'unavailable', says: 'the S3 server did not answer as it should, several times' }
const REFUSED: Failure = { code: 'location_refused', says: 'the S3 server refuses the request' }

const BY_NAME: ReadonlyMap<string, Failure> = new Map(
  Object.entries({
    NoSuchKey: MISSING,
    NotFound: MISSING,
    NoSuchVersion: MISSING,
    NoSuchBucket: NO_BUCKET,
    AccessDenied: DENIED,
    AllAccessDisabled: DENIED,
    AccountProblem: DENIED,
    InvalidAccessKeyId: BAD_CREDENTIALS,
    SignatureDoesNotMatch: BAD_CREDENTIALS,
    ExpiredToken: BAD_CREDENTIALS,
    InvalidToken: BAD_CREDENTIALS,
    RequestTimeTooSkewed: { code: 'unavailable', says: "this machine's clock and the S3 server's are too far apart" },
    CredentialsProviderError: NO_CREDENTIALS,
    PreconditionFailed: CHANGED,
    InvalidRange: CHANGED,
    EntityTooLarge: TOO_LARGE,
    // The body was damaged on its way: what arrived is not what its Content-MD5 says.
    BadDigest: UNREACHABLE,
    // Somebody has aborted our upload; a new one may do.
    NoSuchUpload: UNREACHABLE,
    RequestTimeout: UNREACHABLE,
    IncompleteBody: UNREACHABLE,
  }),
)

// A HEAD is answered without a body, so all there is to go by is the number.
const BY_STATUS: ReadonlyMap<number | undefined, Failure> = new Map([
  [401, BAD_CREDENTIALS],
  [403, DENIED],
  [404, MISSING],
  [412, CHANGED],
  [413, TOO_LARGE],
  [416, CHANGED],
  [429, UNREACHABLE],
])

/** The server's own words stay in `cause`: they may name keys and hosts. */
export function toS3Error(error: unknown, place: S3Place): AppError {
  if (error instanceof AppError) return error
  const { code, says } = find(error)
  return new AppError(code, `${quoteS3(place)}: ${says}`, { cause: error })
}

function find(error: unknown): Failure {
  if (!(error instanceof Error)) return UNREACHABLE
  const status = statusOf(error)
  const known = BY_NAME.get(error.name) ?? BY_STATUS.get(status)
  if (known) return known
  return status !== undefined && status >= 400 && status < 500 ? REFUSED : UNREACHABLE
}

function statusOf(error: Error): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}
