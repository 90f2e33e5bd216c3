// store: reading deliveries back, and sending one off again by hand.
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'
import { AppError } from '../../lib/errors.ts'
import { lockRun } from '../schedule.ts'
import { DELIVERIES_CHANNEL, unblock } from './announce.ts'
import type { Delivery, DeliveryAttempt, DeliveryStatus, FailureReason } from './delivery.ts'

/** Of a run that the caller may see; oldest first. */
export async function listDeliveries(kysely: Kysely<Tables>, runId: string): Promise<Delivery[]> {
  const { rows } = await sql<DeliveryRow>`
    select deliveries.id, events.type, deliveries.status, deliveries.attempt, deliveries.next_at,
      deliveries.created_at, deliveries.ended_at, coalesce(leased_until > now(), false) as leased
    from deliveries join events using (run_id, seq) where run_id = ${runId} order by seq`.execute(kysely)
  const attempts = await kysely
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('delivery_id', 'in', rows.map(({ id }) => id).concat(''))
    .orderBy('number')
    .execute()
  return rows.map(row => {
    const own = attempts.filter(attempt => attempt.delivery_id === row.id)
    return deliveryOf(
      row,
      own.map(attempt => attemptOf(attempt, row.leased && attempt.number === row.attempt)),
    )
  })
}

/** Whatever became of it; one that is being sent at this moment is left alone. Throws `delivery_not_found`. */
export async function redeliver(db: Database, runId: string, deliveryId: string): Promise<Delivery> {
  await db.transaction(async trx => {
    await lockRun(trx, runId)
    await sql`
      update deliveries set status = 'pending', next_at = now(), failures = 0, gone = false, ended_at = null,
        leased_until = null, blocked = true
      where id = ${deliveryId} and run_id = ${runId} and (leased_until is null or leased_until <= now())`.execute(trx)
    await unblock(trx, runId)
    await sql`select pg_notify(${DELIVERIES_CHANNEL}, '')`.execute(trx)
  })
  const found = (await listDeliveries(db.kysely, runId)).find(({ id }) => id === deliveryId)
  if (!found) throw new AppError('delivery_not_found', 'There is no such delivery')
  return found
}

type DeliveryRow = {
  readonly id: string
  readonly type: string
  readonly status: DeliveryStatus
  readonly attempt: number
  readonly next_at: Date
  readonly created_at: Date
  readonly ended_at: Date | null
  readonly leased: boolean
}

type AttemptRow = {
  readonly started_at: Date
  readonly duration_ms: number | null
  readonly status: number | null
  readonly reason: string | null
}

function deliveryOf(row: DeliveryRow, attempts: readonly DeliveryAttempt[]): Delivery {
  const { id, type, status } = row
  return {
    ...{ id, type, status, createdAt: row.created_at },
    ...(row.ended_at && { endedAt: row.ended_at }),
    ...(status === 'pending' && { nextAt: row.next_at }),
    attempts,
  }
}

// Of an attempt whose sender died nobody has written what came of it.
function attemptOf(row: AttemptRow, underWay: boolean): DeliveryAttempt {
  const { started_at: startedAt, duration_ms: durationMs, status } = row
  const reason = (row.reason ?? (durationMs === null && !underWay ? 'interrupted' : null)) as FailureReason | null
  return {
    startedAt,
    ...(durationMs !== null && { durationMs }),
    ...(status !== null && { status }),
    ...(reason !== null && { reason }),
  }
}
