// progress-recorder: passes on how far a step is: one write at a time, the newest value, and none after the end.
import type { Database } from '../db/open.ts'
import { type AppError, toAppError } from '../lib/errors.ts'
import type { Claim } from './claim.ts'
import { recordProgress } from './progress.ts'

export interface ProgressRecorder extends AsyncDisposable {
  record(fraction: number): void
}

// A run has a hundred per cents; more writes than that tell nobody anything …
const SMALLEST_STEP = 0.01
// … unless the run is so long that a per cent takes minutes.
const LONGEST_SILENCE_MS = 2000

/** `onStale` hears when a write shows that the attempt is over. Disposing waits for the write that is under way. */
export function progressRecorder(db: Database, claim: Claim, onStale: (reason: AppError) => void): ProgressRecorder {
  let recorded = 0
  let latest = 0
  let writing: Promise<void> | undefined
  let closed = false
  let recordedAt = 0
  const worthwhile = () =>
    latest - recorded >= SMALLEST_STEP || (latest > recorded && performance.now() - recordedAt > LONGEST_SILENCE_MS)
  const write = async (): Promise<void> => {
    while (!closed && worthwhile()) {
      recorded = latest
      recordedAt = performance.now()
      await recordProgress(db, claim, recorded).catch(thrown => {
        // A progress that could not be written is no reason to give up; a stale attempt is.
        const error = toAppError(thrown)
        if (error.code === 'attempt_stale') onStale(error)
      })
    }
  }
  return {
    record(fraction) {
      latest = Math.max(latest, Math.min(1, fraction))
      writing ??= write().finally(() => {
        writing = undefined
      })
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await writing
    },
  }
}
