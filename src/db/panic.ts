// panic: a PostgreSQL that had to stop is restarted by its own keeper; one inside this process has nobody but us.
import type { PGlite } from '@electric-sql/pglite'
import { AppError } from '../lib/errors.ts'

/**
 * From a PANIC on (no room for the write-ahead log, a broken disk) nothing more is asked of the database: with its locks
 * still held it would answer nonsense, or spin for ever. `onPanic` is called once.
 */
export function watchForPanic(pglite: PGlite, onPanic: (error: AppError) => void): void {
  let stopped: AppError | undefined
  const watched = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (stopped) throw stopped
    return await ask().catch(cause => {
      if (!isPanic(cause)) throw cause
      stopped = new AppError('unavailable', `The embedded database had to stop: ${cause.message}`, { cause })
      onPanic(stopped)
      throw stopped
    })
  }
  const { execProtocol, execProtocolStream } = pglite
  // Whatever PGlite is asked goes through one of these two.
  pglite.execProtocol = (...words) => watched(() => execProtocol.apply(pglite, words))
  pglite.execProtocolStream = (...words) => watched(() => execProtocolStream.apply(pglite, words))
}

function isPanic(error: unknown): error is Error {
  return error instanceof Error && (error as { severity?: unknown }).severity === 'PANIC'
}
