// answer: an artifact as the answer to a request.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../../lib/ids.ts'
import { openWorkspace } from '../../runs/workspace.ts'
import { whenAnswered } from '../../web/answered.ts'
import { type ServedFile, sendFile } from '../../web/ranges.ts'
import { noSession } from './errors.ts'
import type { MotionServices } from './services.ts'

type Means = Pick<MotionServices, 'artifacts' | 'scratch'>

/** Throws `session_not_found` when the bytes are gone. */
export async function sendArtifact(
  { artifacts, scratch }: Means,
  request: FastifyRequest,
  reply: FastifyReply,
  served: Omit<ServedFile, 'path'>,
): Promise<FastifyReply> {
  // Where artifacts are not files of this machine, they are fetched.
  const workspace = await openWorkspace(scratch, newId('answer'), 1)
  whenAnswered(reply, () => void workspace[Symbol.asyncDispose]())
  const path = await artifacts.locate(served.digest, workspace.file('bytes'))
  if (path === undefined) throw noSession()
  return await sendFile(request, reply, { ...served, path })
}
