// errand: one thing that somebody asked to be fetched, with the words for its failures and the end of our patience.
import { AppError } from '../lib/errors.ts'
import { unavailable } from './refusals.ts'

export type Errand = {
  /** As asked for: failures name it, wherever redirects have led since. */
  readonly url: URL
  /** Aborts when the caller gives up, and when the time is over. */
  readonly signal: AbortSignal
  /** What to throw for whatever was thrown: the caller's reason, ours, or a coarse one. */
  failure(thrown: unknown): unknown
}

export function startErrand(url: URL, caller: AbortSignal | undefined, totalMs: number): Errand {
  const timeout = AbortSignal.timeout(totalMs)
  return {
    url,
    signal: caller ? AbortSignal.any([caller, timeout]) : timeout,
    failure(thrown) {
      if (caller?.aborted) return caller.reason
      return thrown instanceof AppError ? thrown : unavailable(url, thrown)
    },
  }
}
