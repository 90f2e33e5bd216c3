// errors: the one place where a failure becomes an answer; each door words it in its own dialect.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, type ErrorCode, toAppError } from '../lib/errors.ts'
import { targetOf } from './address.ts'

/** The body that a door answers for an error; the status is the error's own. */
export type Dialect = (error: AppError, requestId: string) => object

/** Everything that goes wrong inside these routes, and every address that is none of them, in the dialect of its path. */
export function renderErrors(api: FastifyInstance, dialect: Dialect, dialectAt = (_path: string) => dialect): void {
  renderFailures(api, dialect)
  api.setNotFoundHandler((request, reply) => {
    const { path } = targetOf(request)
    return sendError(new AppError('not_found', `There is nothing at ${path}`), request, reply, dialectAt(path))
  })
}

/** The same for the routes of a scope, among others in other words. */
export function renderFailures(api: FastifyInstance, dialect: Dialect): void {
  api.setErrorHandler((thrown, request, reply) => sendError(thrown, request, reply, dialect))
}

/** Answers one error; what is our fault is also logged, with everything that the caller must not see. */
export function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  dialect: Dialect,
): FastifyReply {
  const error = toRequestError(thrown)
  if (error.status >= 500) request.log.error({ err: thrown }, 'request failed')
  // RFC 9110, 11.6.1: a 401 names a way to authenticate.
  if (error.status === 401) reply.header('www-authenticate', 'Bearer')
  if ((error.status === 429 || error.status === 503) && !reply.hasHeader('retry-after'))
    reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply.code(error.status).send(dialect(error, request.id))
}

// A database that restarts, or a stream that ends, takes about so long.
const RETRY_AFTER_SECONDS = 2

// What Fastify and Node find wrong with a request, in our own words: theirs quote the input or name their insides.
const REQUEST_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['request_invalid', 'The address cannot be decoded'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is nothing at so long an address'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['request_too_large', 'The body is too large'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['request_invalid', 'The body is not as long as Content-Length says'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'content_type_unsupported',
    'The body must be JSON: send Content-Type: application/json',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive'],
  HPE_HEADER_OVERFLOW: ['request_too_large', 'The headers are too large'],
}

/** Anything thrown while a request was read or answered, as an AppError that may be shown. */
export function toRequestError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const { code = '', statusCode = 500 } = thrown as Partial<FastifyError>
  const known = REQUEST_ERRORS[code]
  if (known) return new AppError(...known, { cause: thrown })
  if (statusCode >= 400 && statusCode < 500)
    return new AppError('request_invalid', 'The request is malformed', { cause: thrown })
  return toAppError(thrown)
}
