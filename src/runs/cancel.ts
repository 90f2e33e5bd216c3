// cancel: a state first, then a signal; and then it is waited for, so that cancelled means stopped.
import type { Database } from '../db/open.ts'
import { AppError } from '../lib/errors.ts'
import type { Bell } from './events.ts'
import { RUN_STATUSES, type RunStatus } from './run.ts'
import { lockRun } from './schedule.ts'
import { endRun } from './terminal.ts'

const OPEN: readonly RunStatus[] = RUN_STATUSES.filter(status => status === 'pending' || status === 'processing')

// Children are killed, not asked; a worker that says nothing for so long is dead, and its children with it.
const LONGEST_WAIT_MS = 15_000

/** Throws `run_terminal` when the run has ended already, also when it ended just now. */
export async function cancelRun(db: Database, bell: Bell, runId: string): Promise<void> {
  await db.transaction(async trx => {
    const run = await lockRun(trx, runId)
    if (!run || !OPEN.includes(run.status as RunStatus))
      throw new AppError('run_terminal', 'Job is already in terminal state')
    await endRun(trx, runId, 'cancelled')
  })
  await untilLetGo(db, bell, runId)
}

async function untilLetGo(db: Database, bell: Bell, runId: string): Promise<void> {
  const deadline = AbortSignal.timeout(LONGEST_WAIT_MS)
  const looking = new AbortController()
  try {
    while (!deadline.aborted) {
      // Asked for before looking, so that nothing can happen unheard in between.
      const rung = bell.next(runId, AbortSignal.any([deadline, looking.signal]))
      if (!(await isWorkedOn(db, runId))) return
      await rung
    }
  } finally {
    looking.abort()
  }
}

// A worker lets go of a step when its child has closed and its workspace is gone.
async function isWorkedOn(db: Database, runId: string): Promise<boolean> {
  const held = await db.kysely
    .selectFrom('steps')
    .select('id')
    .where('run_id', '=', runId)
    .where('status', '=', 'cancelled')
    .where('worker', 'is not', null)
    .executeTakeFirst()
  return held !== undefined
}
