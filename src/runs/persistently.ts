// persistently: a database that is away for a moment must not cost the work that is done.
import { setTimeout as delay } from 'node:timers/promises'
import { toAppError } from '../lib/errors.ts'

const PAUSE_MS = 500
const TRIES = 120

/**
 * Writes, and tries again while the database cannot be reached: for a minute or so, or once more after `signal` aborts.
 * The write must be fenced: whether a lost connection took it along is not known.
 */
export async function persistently(signal: AbortSignal, write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const last = tries === TRIES || signal.aborted
    try {
      return await write()
    } catch (thrown) {
      if (last || toAppError(thrown).code !== 'unavailable') throw thrown
      await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
