// run-states: a run is open as long as one of its steps is, and one that has ended says when.
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../db/open.ts'
import type { Tables } from '../../../db/tables.ts'
import { AppError } from '../../../lib/errors.ts'
import { lockRun } from '../../schedule.ts'
import { endRun } from '../../terminal.ts'
import type { Check } from '../contract.ts'

export const runStates: Check = {
  name: 'run-states',
  when: 'asked',
  async *find({ db }) {
    for (const { id, open, open_steps: openSteps } of await oddRuns(db.kysely)) {
      const what = describe(open, openSteps)
      yield { where: id, what, mend: () => mend(db, id) }
    }
  },
}

type OddRun = { id: string; open: boolean; open_steps: number; completed_at: Date | null }

function describe(open: boolean, openSteps: number): string {
  if (open) return openSteps === 0 ? 'is open, but none of its steps is' : 'is open, but says when it ended'
  return openSteps > 0 ? `has ended, but ${openSteps} of its steps have not` : 'has ended, but does not say when'
}

// One statement sees one moment, in which every transaction has happened as a whole or not at all.
async function oddRuns(kysely: Kysely<Tables>, id?: string): Promise<OddRun[]> {
  const { rows } = await sql<OddRun>`
    select id, open, open_steps, completed_at from (
      select id, completed_at, status in ('pending', 'processing') as open, (
        select count(*)::int from steps where run_id = runs.id and steps.status in ('waiting', 'ready', 'running')
      ) as open_steps
      from runs where ${id === undefined ? sql`true` : sql`id = ${id}`}) as found
    where open <> (open_steps > 0) or open <> (completed_at is null)
    order by id`.execute(kysely)
  return rows
}

async function mend(db: Database, id: string): Promise<boolean> {
  return await db.transaction(async trx => {
    const run = await lockRun(trx, id)
    const [odd] = await oddRuns(trx, id)
    if (!run || !odd) return true
    const now = sql<Date>`now()`
    if (!odd.open) {
      const steps = trx.updateTable('steps').set({ status: 'cancelled', completed_at: now }).where('run_id', '=', id)
      await steps.where('status', 'in', ['waiting', 'ready', 'running']).execute()
      if (!odd.completed_at) await trx.updateTable('runs').set({ completed_at: now }).where('id', '=', id).execute()
    } else if (odd.open_steps > 0) {
      await trx.updateTable('runs').set({ completed_at: null }).where('id', '=', id).execute()
    } else if (await allSucceeded(trx, id)) await endRun(trx, id, 'completed')
    else await endRun(trx, id, 'failed', new AppError('internal', 'The records of this job were damaged'))
    return true
  })
}

async function allSucceeded(kysely: Kysely<Tables>, id: string): Promise<boolean> {
  const steps = await kysely.selectFrom('steps').select('status').where('run_id', '=', id).execute()
  return steps.length > 0 && steps.every(({ status }) => status === 'succeeded')
}
