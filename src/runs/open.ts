// open: runs as doors use them: started, looked at, cancelled, followed and explained.
import type { Capabilities } from '../engine/capabilities.ts'
import { validate } from '../engine/validate.ts'
import { AppError, toAppError } from '../lib/errors.ts'
import type { Mounts } from '../storage/mounts.ts'
import type { Artifacts } from './artifacts.ts'
import { cancelRun } from './cancel.ts'
import { EVENTS_CHANNEL, openBell, readEvents } from './events.ts'
import { explain } from './explain.ts'
import type { Ledger } from './finish.ts'
import type { Runs } from './run.ts'
import type { Sources } from './sources.ts'
import { startRun } from './start.ts'
import { findRun, listRuns } from './store.ts'

export type RunsMeans = Ledger & {
  readonly capabilities: Capabilities
  readonly mounts: Mounts
  readonly sources: Sources
  readonly artifacts: Artifacts
  readonly threads: number
}

export async function openRuns(means: RunsMeans): Promise<Runs & AsyncDisposable> {
  const { db, queue, mounts, capabilities } = means
  const bell = openBell()
  const unlisten = await db.listen(EVENTS_CHANNEL, bell.ring)
  const checkLocation = (use: 'source' | 'destination', location: string) => {
    try {
      return { location: use === 'source' ? mounts.checkSource(location) : mounts.destination(location) }
    } catch (thrown) {
      return { refusal: toAppError(thrown).message }
    }
  }
  const mine = async (id: string, owner: string) => {
    const run = await findRun(db.kysely, id)
    // Somebody else's id answers exactly as one that does not exist.
    if (!run || run.owner !== owner) throw new AppError('run_not_found', `Job ${id} not found`)
    return run
  }
  return {
    check: spec => validate(spec, { capabilities, checkLocation }),
    async start(draft) {
      return await mine(await startRun({ db, queue }, draft), draft.owner)
    },
    get: mine,
    list: query => listRuns(db.kysely, query),
    async cancel(id, owner) {
      await mine(id, owner)
      await cancelRun(db, bell, id)
      return await mine(id, owner)
    },
    async *events(id, owner, afterSeq, signal) {
      await mine(id, owner)
      yield* readEvents(db.kysely, bell, id, afterSeq, signal)
    },
    explain: graph => explain(means, graph),
    [Symbol.asyncDispose]: unlisten,
  }
}
