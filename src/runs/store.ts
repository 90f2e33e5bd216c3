// store: reading runs back.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { runOf } from './records.ts'
import type { Run, RunQuery, Viewer } from './run.ts'

/** Throws `run_not_found`: somebody else's id answers exactly as one that does not exist. */
export async function getRun(kysely: Kysely<Tables>, id: string, viewer: Viewer): Promise<Run> {
  const row = await kysely.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  const isThere = row && (viewer.door === undefined || row.door === viewer.door)
  if (!isThere || !(viewer.seesAll || row.owner === viewer.owner))
    throw new AppError('run_not_found', `Job ${id} not found`)
  const steps = await kysely.selectFrom('steps').selectAll().where('run_id', '=', id).orderBy('position').execute()
  return runOf(row, steps)
}

/** Newest first. */
export async function listRuns(kysely: Kysely<Tables>, query: RunQuery): Promise<{ runs: Run[]; total: number }> {
  const { door, viewer, status, createdAfter, createdBefore, requestHas, limit, offset } = query
  const mine = kysely
    .selectFrom('runs')
    .where('door', '=', door)
    .$if(!viewer.seesAll, found => found.where('owner', '=', viewer.owner))
    .$if(status !== undefined, found => found.where('status', '=', status ?? ''))
    .$if(createdAfter !== undefined, found => found.where('created_at', '>=', createdAfter ?? new Date()))
    .$if(createdBefore !== undefined, found => found.where('created_at', '<', createdBefore ?? new Date()))
    .$if(requestHas !== undefined, found => found.where(sql<boolean>`request @> ${JSON.stringify(requestHas)}::jsonb`))
  const rows = await mine.selectAll().orderBy('number', 'desc').limit(limit).offset(offset).execute()
  const { total } = await mine.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return { runs: rows.map(row => runOf(row)), total: Number(total) }
}
