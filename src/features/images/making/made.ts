// made: once a vendor has made something, and was paid, nothing that goes wrong on our side may become an order again.
import { AppError, toAppError } from '../../../lib/errors.ts'
import type { Generated } from '../../../providers/image/contract.ts'
import { pauseFor } from '../../../providers/vendor.ts'

// Of ours: a disk that is full for a moment, a database that is away.
const PAUSES_MS = [1000, 4000] as const

/**
 * Does what is to be done with pictures that are made. What may work later is `unavailable` where the next attempt finds
 * them (the notes are kept for it); where it would have to order them anew, it is tried again here, and then it is
 * `provider_unreadable`: the end.
 */
export async function afterMade<Result>(
  name: string,
  { keptBy }: Pick<Generated, 'keptBy'>,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const pauses = keptBy === 'vendor' ? [] : PAUSES_MS
  for (const pauseMs of [...pauses, undefined]) {
    try {
      return await work()
    } catch (thrown) {
      signal.throwIfAborted()
      const error = toAppError(thrown)
      if (!error.retry) throw thrown
      if (keptBy === 'vendor') throw new AppError('unavailable', error.message, { cause: thrown })
      if (pauseMs === undefined) throw lost(name, error)
      await pauseFor(pauseMs, signal)
    }
  }
  throw new TypeError('the last try ends it')
}

function lost(name: string, cause: AppError): AppError {
  const words = `the pictures were made, and could not be kept: ${cause.message}. They are not ordered again`
  return new AppError('provider_unreadable', `${name} API error: ${words}`, { cause })
}
