// answers: JSON from the server, read as loosely as somebody else's words must be.
import { unreachable } from './connection.ts'
import { BackendError } from './errors.ts'

export type Json = Readonly<Record<string, unknown>>

/** The object that was answered; an empty one for anything else. Throws a BackendError when the connection breaks. */
export async function readJson(response: Response, signal: AbortSignal | undefined): Promise<Json> {
  const text = await response.text().catch(thrown => unreachable(thrown, signal))
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : {}
  } catch {
    return {}
  }
}

/** What answered is not the service that it should be. */
export function notUnderstood({ status }: Response, wanted: string): BackendError {
  return new BackendError(`The server answered something else than ${wanted}`, { status, errorCode: 'INVALID_ANSWER' })
}
