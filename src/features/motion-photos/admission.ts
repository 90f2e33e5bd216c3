// admission: how many may wait for an answer at once. Beyond that it is kinder to say so than to let them time out.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/errors.ts'
import { whenAnswered } from '../../web/answered.ts'

/** A `preParsing` hook: before a body is read. Each process of the API counts for itself. Throws `too_many_requests`. */
export function admitAtMost(most: number) {
  let inside = 0
  return async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (inside >= most) throw new AppError('too_many_requests', 'Too many are being worked on: try again in a moment')
    inside++
    whenAnswered(reply, () => {
      inside--
    })
  }
}
