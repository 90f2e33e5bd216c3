// progress: how far a run is: the weights of its steps, times how far each is. It never goes back.
import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { type Claim, staleAttempt } from './claim.ts'
import { appendEvent } from './events.ts'
import { lockRun } from './schedule.ts'

/** Records how far a running step is (0 to 1). Throws `attempt_stale`. */
export async function recordProgress(db: Database, claim: Claim, fraction: number): Promise<void> {
  await db.transaction(async trx => {
    await lockRun(trx, claim.runId)
    const { rows } = await sql`
      update steps set progress = greatest(progress, ${fraction}::float8), heartbeat_at = now()
      where id = ${claim.stepId} and attempt = ${claim.attempt} and status = 'running' returning id`.execute(trx)
    if (rows.length === 0) throw staleAttempt()
    await updateRunProgress(trx, claim.runId)
  })
}

/** Adds the steps up; tells it when another whole per cent is done. The caller has locked the run. */
export async function updateRunProgress(trx: Transaction<Tables>, runId: string): Promise<void> {
  const { rows } = await sql<{ before: number; after: number; step: string | null }>`
    update runs set progress = greatest(runs.progress, sums.progress), updated_at = now()
    from (select least(100, round(sum(weight * progress)::numeric, 6)::float8) as progress,
            (array_agg(name order by position) filter (where status = 'running'))[1] as step
          from steps where run_id = ${runId}) as sums,
         (select progress from runs where id = ${runId}) as old
    where runs.id = ${runId}
    returning old.progress as before, runs.progress as after, sums.step as step`.execute(trx)
  const [{ before, after, step } = { before: 0, after: 0, step: null }] = rows
  if (Math.floor(after) > Math.floor(before))
    await appendEvent(trx, runId, 'run.progress', {
      overall_percent: tenths(after),
      current_step: step ?? 'processing',
    })
}

/** A per cent as callers see it, with one decimal. */
function tenths(percent: number): number {
  return Math.round(percent * 10) / 10
}
