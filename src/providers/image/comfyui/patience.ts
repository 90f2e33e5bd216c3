// patience: a question that costs nothing is asked again before an order that is paid for is given up.
import { AppError } from '../../../lib/errors.ts'
import type { ImageWork } from '../contract.ts'

const PAUSES_MS = [200, 1000, 3000, 10_000]

export async function patiently<T>(work: ImageWork, ask: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS)
    try {
      return await ask()
    } catch (thrown) {
      if (!isPassing(thrown)) throw thrown
      await work.pause(Math.max(pauseMs, thrown.retryAfterMs))
    }
  return await ask()
}

/** The same of what is under way: in the end it is `unavailable`, so that a later attempt goes on with it. */
export async function persistently<T>(work: ImageWork, ask: () => Promise<T>): Promise<T> {
  return await patiently(work, ask).catch((thrown: unknown) => {
    throw isPassing(thrown) ? new AppError('unavailable', thrown.message, { cause: thrown }) : thrown
  })
}

function isPassing(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && (thrown.code === 'provider_failed' || thrown.code === 'provider_busy')
}
