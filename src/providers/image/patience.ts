// patience: a question that may be asked again is, when the vendor stumbles: what it works on meanwhile is paid for.
import { AppError } from '../../lib/errors.ts'
import type { ImageWork } from './contract.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

type Questioner = Pick<ImageWork, 'pause'>

/**
 * Asks up to `tries` times, as long as the vendor is busy or fails, and waits as long as it says. Throws what the last
 * one has thrown.
 */
export async function patiently<T>(tries: number, work: Questioner, ask: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await ask()
    } catch (thrown) {
      if (!isPassing(thrown) || failed === tries) throw thrown
      // Without a name: word from the vendor is no leave to come back earlier than it has said.
      await work.pause(Math.max(thrown.retryAfterMs, pauseAfter(failed)))
    }
  }
}

/** The same of what is under way: in the end it is `unavailable`, so the notes are kept, and a later attempt goes on with it. */
export async function persistently<T>(tries: number, work: Questioner, ask: () => Promise<T>): Promise<T> {
  return await patiently(tries, work, ask).catch((thrown: unknown) => {
    throw isPassing(thrown) ? new AppError('unavailable', thrown.message, { cause: thrown }) : thrown
  })
}

function isPassing(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && (thrown.code === 'provider_failed' || thrown.code === 'provider_busy')
}

function pauseAfter(failed: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - 1))
}
