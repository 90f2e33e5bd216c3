// patience: a question that may be asked again is, when the vendor stumbles: what it works on meanwhile is paid for.
import { AppError } from '../../../lib/errors.ts'
import type { ImageWork } from '../contract.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/**
 * Asks up to `tries` times, as long as the vendor is busy or fails, and waits as long as it says. In the end it throws
 * `unavailable`: so the notes are kept, and a later attempt goes on with what is paid for already.
 */
export async function patiently<T>(tries: number, work: ImageWork, ask: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await ask()
    } catch (thrown) {
      if (!isPassing(thrown)) throw thrown
      if (failed === tries) throw new AppError('unavailable', thrown.message, { cause: thrown })
      // Without a name: word from the vendor is no leave to come back earlier than it has said.
      await work.pause(Math.max(thrown.retryAfterMs, pauseAfter(failed)))
    }
  }
}

function isPassing(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && ['provider_failed', 'provider_busy'].includes(thrown.code)
}

function pauseAfter(failed: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - 1))
}
