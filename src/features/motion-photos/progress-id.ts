// progress-id: the name that a client chooses for a call, to follow under it what is being made.
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'

// As long as no two ever meet, and a stranger would guess for ever.
const PATTERN = /^[A-Za-z0-9_-]{20,64}$/

/** For the description only: it is looked at before the body is read. */
export const progressHeaders = z.looseObject({
  'x-progress-id': z
    .string()
    .regex(PATTERN)
    .optional()
    .describe('Chosen by the client, at random: `GET /progress/{id}` then tells how far the work is'),
})

/** What could be one. */
export function isProgressId(text: string): boolean {
  return PATTERN.test(text)
}

/** A `preParsing` hook. Throws `request_invalid`. */
export async function refuseBadProgressId({ headers }: FastifyRequest): Promise<void> {
  progressIdOf(headers)
}

/** Undefined where the client does not follow. Throws `request_invalid`. */
export function progressIdOf({ 'x-progress-id': written }: IncomingHttpHeaders): string | undefined {
  if (written === undefined || (typeof written === 'string' && isProgressId(written))) return written
  throw new AppError('request_invalid', 'X-Progress-ID must be 20 to 64 letters, digits, hyphens or underscores')
}
