// pace: how far a vendor is: as it says itself, and by the clock for as long as it says nothing.
import { progressOf } from '../history.ts'

export interface Pace extends Disposable {
  /** The vendor's own word, 0 to 1: from now on the clock is not asked. */
  told(fraction: number): void
}

/** The clock is a guess: where the usual time cannot be had, nothing is said. */
export function startPace(usual: Promise<number>, progress: (fraction: number) => void): Pace {
  const startedAt = performance.now()
  let usualMs = Number.POSITIVE_INFINITY
  usual.then(
    ms => {
      usualMs = ms
    },
    () => undefined,
  )
  const clock = setInterval(() => progress(progressOf(performance.now() - startedAt, usualMs)), TICK_MS)
  return {
    told(fraction) {
      clearInterval(clock)
      progress(Math.max(0, Math.min(1, fraction)))
    },
    [Symbol.dispose]: () => clearInterval(clock),
  }
}

const TICK_MS = 250
