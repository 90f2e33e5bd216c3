// rounds: what a worker does again and again: says that it is alive, and puts right what others have left behind.
import type { Workshop } from './execute.ts'
import { callForgotten, loseSilent } from './reconcile.ts'

export interface Rounds {
  /** Heartbeats for everything that is being worked on here. */
  beat(): Promise<void>
  /** Calls what was forgotten, and takes their steps from workers that have fallen silent. */
  tidy(): Promise<void>
}

// Three silent heartbeats and a worker is taken for dead.
const SILENCE = 3

/** Neither ever throws: what goes wrong is logged, and tried again in the next round. */
export function openRounds({ db, queue, attempts, log }: Workshop, heartbeatSeconds: number): Rounds {
  // While the database was away nobody's heartbeat got through: all get the time to be heard before any is lost.
  let patience = 0
  const reaching = async (work: () => Promise<void>) => {
    const startedAt = performance.now()
    try {
      await work()
      if (performance.now() - startedAt > heartbeatSeconds * 1000) patience = SILENCE
    } catch (err) {
      patience = SILENCE
      log.error({ err }, 'the database could not be kept in order')
    }
  }
  const beat = () =>
    reaching(async () => {
      await attempts.beat(db.kysely)
      patience = Math.max(0, patience - 1)
    })
  const tidy = async () => {
    await reaching(async () => {
      const called = await callForgotten({ db, queue })
      if (called > 0) log.warn({ called }, 'steps were ready and not called')
    })
    if (patience > 0) return
    await reaching(async () => {
      const lost = await loseSilent({ db, queue }, heartbeatSeconds * SILENCE)
      if (lost > 0) log.warn({ lost }, 'steps were lost with their workers')
    })
  }
  return { beat, tidy }
}
