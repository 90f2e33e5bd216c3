// settle: how an attempt ends, and what that means for its delivery. Each ending is one fenced transaction.
import { sql, type Transaction } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'
import { lockRun } from '../schedule.ts'
import { unblock } from './announce.ts'
import type { Claimed } from './claim.ts'
import { delaySeconds } from './delays.ts'
import type { FailureReason } from './delivery.ts'

/** What came of an attempt: an answer, or the reason why there is none. */
export type Outcome = {
  readonly durationMs: number
  readonly status?: number
  readonly retryAfterSeconds?: number
  readonly reason?: FailureReason
  /** The door has nothing to say of this event: nothing was sent, and nothing will be. */
  readonly untold?: true
}

const GONE = 410

/** Delivered, tried again later, given up, or (when it was interrupted) as it was before; what is not told is forgotten. */
export async function settle(
  db: Database,
  claimed: Claimed,
  outcome: Outcome,
  delays: readonly number[],
): Promise<void> {
  await db.transaction(async trx => {
    // As everywhere: an event that is being written at this moment sees what is decided here, or is seen.
    await lockRun(trx, claimed.runId)
    await note(trx, claimed, outcome)
    if (outcome.untold) await forget(trx, claimed)
    else if (outcome.status === GONE) await giveUpRun(trx, claimed)
    else await change(trx, claimed, changeOf(claimed, outcome, delays))
    await unblock(trx, claimed.runId)
  })
}

type Change = ReturnType<typeof sql>

function changeOf({ failures: before }: Claimed, outcome: Outcome, delays: readonly number[]): Change {
  const { status = 0, reason } = outcome
  if (reason === 'interrupted') return sql`leased_until = null`
  if (status >= 200 && status < 300) return ended('delivered')
  const failures = before + 1
  const delay = delaySeconds(delays, { ...outcome, failures, chance: Math.random() })
  if (delay === undefined) return sql`${ended('given_up')}, failures = ${failures}`
  const nextAt = sql`now() + make_interval(secs => ${delay}::float8)`
  return sql`leased_until = null, failures = ${failures}, next_at = ${nextAt}`
}

function ended(status: 'delivered' | 'given_up'): Change {
  return sql`status = ${status}, leased_until = null, ended_at = now()`
}

async function note(
  trx: Transaction<Tables>,
  { id, attempt }: Claimed,
  { durationMs, status, reason }: Outcome,
): Promise<void> {
  await trx
    .updateTable('delivery_attempts')
    .set({ duration_ms: Math.round(durationMs), status: status ?? null, reason: reason ?? null })
    .where('delivery_id', '=', id)
    .where('number', '=', attempt)
    .execute()
}

// Somebody else may have it by now: then this attempt has nothing to say about it.
async function change(trx: Transaction<Tables>, { id, attempt }: Claimed, to: Change): Promise<void> {
  await sql`update deliveries set ${to} where id = ${id} and attempt = ${attempt} and status = 'pending'`.execute(trx)
}

async function forget(trx: Transaction<Tables>, { id, attempt }: Claimed): Promise<void> {
  await sql`delete from deliveries where id = ${id} and attempt = ${attempt} and status = 'pending'`.execute(trx)
}

async function giveUpRun(trx: Transaction<Tables>, { id, attempt, runId }: Claimed): Promise<void> {
  await sql`
    update deliveries set ${ended('given_up')}, gone = true
    where run_id = ${runId} and status = 'pending' and exists (
      select from deliveries mine where mine.id = ${id} and mine.attempt = ${attempt} and mine.status = 'pending')`.execute(
    trx,
  )
}
