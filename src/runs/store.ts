// store: reading runs back.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { runOf } from './records.ts'
import type { Run, RunQuery } from './run.ts'

export async function findRun(kysely: Kysely<Tables>, id: string): Promise<Run | undefined> {
  const row = await kysely.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return undefined
  const steps = await kysely.selectFrom('steps').selectAll().where('run_id', '=', id).orderBy('position').execute()
  return runOf(row, steps)
}

/** Newest first. */
export async function listRuns(kysely: Kysely<Tables>, query: RunQuery): Promise<{ runs: Run[]; total: number }> {
  const { door, owner, status, limit, offset } = query
  const mine = kysely
    .selectFrom('runs')
    .where('door', '=', door)
    .where('owner', '=', owner)
    .$if(status !== undefined, found => found.where('status', '=', status ?? ''))
  const rows = await mine.selectAll().orderBy('number', 'desc').limit(limit).offset(offset).execute()
  const { total } = await mine.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return { runs: rows.map(row => runOf(row)), total: Number(total) }
}
