// artifact: bytes in storage as the answer to a request, wherever they lie.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../lib/ids.ts'
import type { Artifacts } from '../runs/artifacts.ts'
import { openWorkspace } from '../runs/workspace.ts'
import { whenAnswered } from './answered.ts'
import { type ServedFile, sendFile } from './ranges.ts'

/** `scratch`: a directory of this process alone. */
export type ArtifactMeans = { readonly artifacts: Pick<Artifacts, 'locate'>; readonly scratch: string }

/**
 * False when the bytes are gone, and nothing was answered; true when the answer has been sent. (A reply cannot say so: it
 * can be awaited itself, and is undefined then.)
 */
export async function sendArtifact(
  { artifacts, scratch }: ArtifactMeans,
  request: FastifyRequest,
  reply: FastifyReply,
  served: Omit<ServedFile, 'path'>,
): Promise<boolean> {
  // Where artifacts are not files of this machine, they are fetched.
  const workspace = await openWorkspace(scratch, newId('answer'), 1)
  whenAnswered(reply, () => void workspace[Symbol.asyncDispose]())
  const path = await artifacts.locate(served.digest, workspace.file('bytes'))
  if (path === undefined) return false
  await sendFile(request, reply, { ...served, path })
  return true
}
