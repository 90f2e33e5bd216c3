// claim: who works on a step. Each claim is a new attempt, and every write of a running step names its attempt.
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { appendEvent } from './events.ts'
import type { StepRow } from './records.ts'
import { lockRun } from './schedule.ts'

/** A step in somebody's hands: enough to fence every write. */
export type Claim = { readonly stepId: string; readonly runId: string; readonly attempt: number }

/** Takes a ready step for `worker`; undefined when it is not ready (any more), which is nobody's fault. */
export async function claimStep(db: Database, stepId: string, worker: string): Promise<StepRow | undefined> {
  return await db.transaction(async trx => {
    const found = await trx.selectFrom('steps').select('run_id').where('id', '=', stepId).executeTakeFirst()
    const run = found && (await lockRun(trx, found.run_id))
    if (!run) return undefined
    const step = await takeStep(trx, stepId, worker)
    if (!step) return undefined
    if (run.status === 'pending') {
      await trx
        .updateTable('runs')
        .set({ status: 'processing', started_at: sql<Date>`now()` })
        .where('id', '=', run.id)
        .execute()
      await appendEvent(trx, run.id, 'run.started', {})
    }
    await appendEvent(trx, run.id, 'step.started', { step: step.name, kind: step.kind, attempt: step.attempt })
    return step
  })
}

async function takeStep(trx: Transaction<Tables>, stepId: string, worker: string): Promise<StepRow | undefined> {
  const { rows } = await sql<StepRow>`
    update steps set status = 'running', attempt = attempt + 1, worker = ${worker}, heartbeat_at = now(),
      started_at = coalesce(started_at, now())
    where id = ${stepId} and status = 'ready' and run_after <= now() returning *`.execute(trx)
  return rows[0]
}

/** Says that the attempt is alive; false when it is not the step's current one any more. */
export async function beat(kysely: Kysely<Tables>, { stepId, attempt }: Claim): Promise<boolean> {
  const { rows } = await sql`
    update steps set heartbeat_at = now() where id = ${stepId} and attempt = ${attempt} and status = 'running'
    returning id`.execute(kysely)
  return rows.length > 0
}

/** Says that nothing of the attempt is left on this worker: no child process, no scratch. */
export async function letGo(kysely: Kysely<Tables>, { stepId, attempt }: Claim): Promise<void> {
  await kysely
    .updateTable('steps')
    .set({ worker: null })
    .where('id', '=', stepId)
    .where('attempt', '=', attempt)
    .execute()
}

/** Throws `attempt_stale` unless the attempt is still the step's current one. */
export async function assertCurrent(kysely: Kysely<Tables>, { stepId, attempt }: Claim): Promise<void> {
  const row = await kysely
    .selectFrom('steps')
    .select('id')
    .where('id', '=', stepId)
    .where('attempt', '=', attempt)
    .where('status', '=', 'running')
    .executeTakeFirst()
  if (!row) throw staleAttempt()
}

export function staleAttempt(): AppError {
  return new AppError('attempt_stale', 'Somebody else has this step by now')
}
