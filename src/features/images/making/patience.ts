// patience: a vendor is waited for so long, and no longer.
import { AppError } from '../../../lib/errors.ts'

/** Throws the reason for which `signal` aborts, and `provider_timeout`, whatever was made of that underway. */
export async function withPatience<Result>(
  maxMs: number,
  name: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooLong(name, maxMs)), maxMs)
  const either = AbortSignal.any([signal, late.signal])
  try {
    return await work(either)
  } catch (thrown) {
    either.throwIfAborted()
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}

function tooLong(name: string, maxMs: number): AppError {
  return new AppError('provider_timeout', `${name} API error: it took longer than ${maxMs / 1000} s`)
}
