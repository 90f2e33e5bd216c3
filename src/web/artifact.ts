// artifact: bytes in storage as the answer to a request, wherever they lie.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../lib/ids.ts'
import type { Artifacts } from '../runs/artifacts.ts'
import { openWorkspace } from '../runs/workspace.ts'
import { whenAnswered } from './answered.ts'
import { type ServedFile, sendFile } from './ranges.ts'

/** `scratch`: a directory of this process alone. */
export type ArtifactMeans = { readonly artifacts: Pick<Artifacts, 'locate'>; readonly scratch: string }

/** To be returned from a handler. Undefined when the bytes are gone. */
export async function sendArtifact(
  { artifacts, scratch }: ArtifactMeans,
  request: FastifyRequest,
  reply: FastifyReply,
  served: Omit<ServedFile, 'path'>,
): Promise<FastifyReply | undefined> {
  // Where artifacts are not files of this machine, they are fetched.
  const workspace = await openWorkspace(scratch, newId('answer'), 1)
  whenAnswered(reply, () => void workspace[Symbol.asyncDispose]())
  const path = await artifacts.locate(served.digest, workspace.file('bytes'))
  return path === undefined ? undefined : await sendFile(request, reply, { ...served, path })
}
