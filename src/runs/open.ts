// open: runs as doors use them: started, looked at, cancelled, followed and explained.
import type { Capabilities } from '../engine/capabilities.ts'
import { validate } from '../engine/validate.ts'
import { toAppError } from '../lib/errors.ts'
import type { Artifacts } from './artifacts.ts'
import { cancelRun } from './cancel.ts'
import { EVENTS_CHANNEL, openBell, readEvents } from './events.ts'
import { explain } from './explain.ts'
import type { Ledger } from './finish.ts'
import type { Locations } from './locations/index.ts'
import { retryRun } from './retry.ts'
import type { Runs, Viewer } from './run.ts'
import type { Sources } from './sources.ts'
import { startRun } from './start.ts'
import { getRun, listRuns } from './store.ts'

export type RunsMeans = Ledger & {
  readonly capabilities: Capabilities
  readonly locations: Locations
  readonly sources: Sources
  readonly artifacts: Artifacts
  readonly threads: number
}

export async function openRuns(means: RunsMeans): Promise<Runs & AsyncDisposable> {
  const { db, queue, locations, capabilities } = means
  const bell = openBell()
  const unlisten = await db.listen(EVENTS_CHANNEL, bell.ring)
  const checkLocation = (use: 'source' | 'destination', location: string) => {
    try {
      return { location: locations.check(use, location) }
    } catch (thrown) {
      return { refusal: toAppError(thrown).message }
    }
  }
  const get = (id: string, viewer: Viewer) => getRun(db.kysely, id, viewer)
  return {
    check: spec => validate(spec, { capabilities, checkLocation }),
    start: draft => startRun({ db, queue }, draft),
    get,
    list: query => listRuns(db.kysely, query),
    async cancel(id, viewer) {
      await get(id, viewer)
      await cancelRun(db, bell, id)
      return await get(id, viewer)
    },
    async retry(id, viewer) {
      await get(id, viewer)
      await retryRun({ db, queue }, id)
      return await get(id, viewer)
    },
    async ended(id, viewer, signal) {
      for (;;) {
        // Asked for before looking, so that nothing can happen unheard in between.
        const rung = bell.next(id, signal)
        const run = await get(id, viewer)
        if (run.completedAt) return run
        await rung
        signal.throwIfAborted()
      }
    },
    async *events(id, viewer, afterSeq, signal) {
      await get(id, viewer)
      yield* readEvents(db.kysely, bell, id, afterSeq, signal)
    },
    explain: (graph, owner) => explain(means, graph, owner),
    [Symbol.asyncDispose]: unlisten,
  }
}
