// answer: an artifact as the answer to a request.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendArtifact as send } from '../../web/artifact.ts'
import type { ServedFile } from '../../web/ranges.ts'
import { noSession } from './errors.ts'
import type { MotionServices } from './services.ts'

type Means = Pick<MotionServices, 'artifacts' | 'scratch'>

/** Throws `session_not_found` when the bytes are gone. */
export async function sendArtifact(
  means: Means,
  request: FastifyRequest,
  reply: FastifyReply,
  served: Omit<ServedFile, 'path'>,
): Promise<FastifyReply> {
  if (!(await send(means, request, reply, served))) throw noSession()
  return reply
}
