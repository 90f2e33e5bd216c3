// start: upkeep by schedule: at the start and every few minutes; what all share in one process at a time.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { newId } from '../../lib/ids.ts'
import { endLease, renewLease, takeLease } from './lease.ts'
import { type RetentionMeans, retain, retainHere } from './retention.ts'

export type Upkeep = {
  /** Resolves when the piece that is being done is done. */
  stop(): Promise<void>
}

/** Never throws: what goes wrong is logged, and tried again in the next round. */
export function startUpkeep(means: RetentionMeans, log: Logger, everySeconds = 600): Upkeep {
  const ending = new AbortController()
  const holder = newId('upkeep')
  const logged = (work: Promise<unknown>) => work.catch(err => log.error({ err }, 'what is old could not be put away'))
  const rounds = async () => {
    while (!ending.signal.aborted) {
      await logged(retainHere(means))
      await logged(upkeepRound(means, { holder, restSeconds: everySeconds / 2 }, ending.signal))
      await sleep(everySeconds * 1000, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  const running = rounds()
  return {
    async stop() {
      ending.abort()
      await running
    },
  }
}

/** One round, unless somebody else is at it or has just done it; answers whether it was made. */
export async function upkeepRound(
  means: RetentionMeans,
  { holder, restSeconds }: { readonly holder: string; readonly restSeconds: number },
  signal: AbortSignal,
): Promise<boolean> {
  const { kysely } = means.db
  const lease = { name: 'retention', holder, seconds: LEASE_SECONDS }
  if (!(await takeLease(kysely, lease, restSeconds))) return false
  try {
    await retain(means, async () => !signal.aborted && (await renewLease(kysely, lease)))
  } finally {
    await endLease(kysely, lease)
  }
  return true
}

// Longer than any piece that the lease is renewed after, mostly; two at once would do no harm.
const LEASE_SECONDS = 300
