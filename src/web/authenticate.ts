// authenticate: who is calling. There are no accounts yet, so nobody is known, and whatever is presented is wrong.
import type { FastifyRequest } from 'fastify'
import { AppError } from '../lib/errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose things this request may see. All who are anonymous share one owner. */
    owner: string
  }
}

export const ANONYMOUS = 'anonymous'

/** `optional`: a call without credentials is anonymous. Wrong credentials are refused either way. */
export type AuthMode = 'optional' | 'required'

/** A hook for routes that need a caller. Throws `unauthorized`, in the words of the pipelines document. */
export function authenticate(mode: AuthMode): (request: FastifyRequest) => Promise<void> {
  return async request => {
    const { authorization, 'x-api-key': key } = request.headers
    if (authorization !== undefined && /^bearer\b/i.test(authorization)) throw refusal('Invalid or expired token')
    if (key !== undefined) throw refusal('Invalid or revoked API key')
    if (authorization !== undefined || mode === 'required') throw refusal('No valid authentication provided')
    request.owner = ANONYMOUS
  }
}

function refusal(reason: string): AppError {
  return new AppError('unauthorized', `Unauthorized: ${reason}`)
}
