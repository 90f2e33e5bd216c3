// prepared: the answer to an upload: under what name the server has the clip, and where it can be watched.
import { notUnderstood, readJson } from './answers.ts'
import type { PreparedSource } from './contract.ts'

/** Throws a BackendError for an answer that is no session. */
export async function readPrepared(
  response: Response,
  askedUrl: string,
  signal: AbortSignal | undefined,
): Promise<PreparedSource> {
  const { session_id: sessionId, preview_url: preview, duration } = await readJson(response, signal)
  // The document's own sample answers an address without a host.
  const previewUrl = typeof preview === 'string' ? URL.parse(preview, askedUrl)?.href : undefined
  if (typeof sessionId === 'string' && previewUrl !== undefined && typeof duration === 'number')
    return { sessionId, previewUrl, duration }
  throw notUnderstood(response, 'a session')
}
