// headers: what every answer says to browsers: guess nothing, run nothing, frame nothing, keep nothing, tell nobody.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../lib/errors.ts'

/** A route that answers something else than JSON to its caller says so with headers of its own. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const

// RFC 6797, 7.2: over plain HTTP it means nothing, and would bind a host that has no certificate.
const HSTS = { 'strict-transport-security': 'max-age=31536000' } as const

/** Call before anything is answered. */
export function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ 'x-request-id': request.id, ...SECURITY_HEADERS, ...(request.protocol === 'https' && HSTS) })
}

const MAX_HEADERS = 100

/**
 * A hook for every request: what Node would refuse without a word of ours, or not at all. RFC 9112, 3.2: exactly one
 * Host; RFC 9110, 10.1.1: nothing but 100-continue can be expected.
 */
export async function refuseBadHead({ raw, headers }: FastifyRequest): Promise<void> {
  const hosts = raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length
  if (hosts > 1 || (hosts === 0 && raw.httpVersion === '1.1'))
    throw new AppError('request_invalid', 'There must be one Host header')
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    throw new AppError('request_invalid', 'Only Expect: 100-continue is understood')
}

/** A hook for every request. Node drops what comes after the 2000th header, such as what a proxy adds at the end. */
export async function refuseManyHeaders({ raw }: FastifyRequest): Promise<void> {
  if (raw.rawHeaders.length <= 2 * MAX_HEADERS) return
  throw new AppError('request_too_large', `At most ${MAX_HEADERS} headers may be sent`)
}
