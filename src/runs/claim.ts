// claim: who works on a step. Each claim is a new attempt, and every write of a running step names its attempt.
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { appendEvent, EVENTS_CHANNEL } from './events.ts'
import type { StepRow } from './records.ts'
import { lockRunOf } from './schedule.ts'

/** A step in somebody's hands: enough to fence every write. */
export type Claim = { readonly stepId: string; readonly runId: string; readonly attempt: number }

/** Who claims, and the kinds of steps it knows: one that it does not know is left to a worker that does. */
export type Claimant = { readonly worker: string; readonly kinds: Iterable<string> }

/** `seq` is the number of the event that tells of the claim. */
export type ClaimedStep = StepRow & { readonly owner: string; readonly seq: number }

/** Takes a ready step; undefined when it is not ready (any more), which is nobody's fault. */
export async function claimStep(db: Database, stepId: string, claimant: Claimant): Promise<ClaimedStep | undefined> {
  return await db.transaction(async trx => {
    const run = await lockRunOf(trx, stepId)
    if (!run) return undefined
    const step = await takeStep(trx, stepId, claimant)
    if (!step) return undefined
    if (run.status === 'pending') {
      await trx
        .updateTable('runs')
        .set({ status: 'processing', started_at: sql<Date>`now()` })
        .where('id', '=', run.id)
        .execute()
      await appendEvent(trx, run.id, 'run.started', {})
    }
    const told = { step: step.name, kind: step.kind, attempt: step.attempt }
    const seq = await appendEvent(trx, run.id, 'step.started', told)
    return { ...step, owner: run.owner, seq }
  })
}

async function takeStep(
  trx: Transaction<Tables>,
  stepId: string,
  { worker, kinds }: Claimant,
): Promise<StepRow | undefined> {
  const { rows } = await sql<StepRow>`
    update steps set status = 'running', attempt = attempt + 1, worker = ${worker}, heartbeat_at = now(),
      started_at = coalesce(started_at, now())
    where id = ${stepId} and status = 'ready' and run_after <= now() and kind = any(${[...kinds]})
    returning *`.execute(trx)
  return rows[0]
}

/** Says that the attempts are alive; answers those that are still the current ones of their steps. */
export async function beatAll(kysely: Kysely<Tables>, claims: readonly Claim[]): Promise<ReadonlySet<Claim>> {
  const { rows } = await sql<{ id: string; attempt: number }>`
    update steps set heartbeat_at = now()
    from unnest(${claims.map(({ stepId }) => stepId)}::text[], ${claims.map(({ attempt }) => attempt)}::int[])
      as held (step_id, claimed)
    where id = step_id and attempt = claimed and status = 'running'
    returning id, attempt`.execute(kysely)
  const alive = new Set(rows.map(({ id, attempt }) => `${id} ${attempt}`))
  return new Set(claims.filter(({ stepId, attempt }) => alive.has(`${stepId} ${attempt}`)))
}

/** Says that nothing of the attempt is left on this worker: no child process, no scratch. Whoever cancelled it waits. */
export async function letGo(kysely: Kysely<Tables>, { stepId, attempt }: Claim): Promise<void> {
  await sql`
    with gone as (
      update steps set worker = null where id = ${stepId} and attempt = ${attempt} and worker is not null
      returning run_id, status)
    select pg_notify(${EVENTS_CHANNEL}, run_id) from gone where status = 'cancelled'`.execute(kysely)
}

/** Keeps what the attempt has begun elsewhere, for the next one. Throws `attempt_stale`. */
export async function keepNotes(kysely: Kysely<Tables>, { stepId, attempt }: Claim, notes: unknown): Promise<void> {
  const { rows } = await sql`
    update steps set notes = ${JSON.stringify(notes)}::jsonb
    where id = ${stepId} and attempt = ${attempt} and status = 'running' returning id`.execute(kysely)
  if (rows.length === 0) throw staleAttempt()
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
