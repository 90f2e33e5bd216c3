// announce: an event that somebody wants to hear of becomes a delivery, in the transaction that writes the event.
import { sql, type Transaction } from 'kysely'
import type { Tables } from '../../db/tables.ts'
import { newId } from '../../lib/ids.ts'
import { runOf } from '../records.ts'

/** Runs are told when they begin and how they end. */
export const ANNOUNCED: readonly string[] = ['run.started', 'run.completed', 'run.failed', 'run.cancelled']

/** Senders listen: there is something to send. */
export const DELIVERIES_CHANNEL = 'kinora_deliveries'

/** The run's first delivery that is still to be made is the one to make. The caller has locked the run. */
export async function unblock(trx: Transaction<Tables>, runId: string): Promise<void> {
  await sql`
    update deliveries set blocked = false where blocked and id = (
      select id from deliveries where run_id = ${runId} and status = 'pending' order by seq limit 1)`.execute(trx)
}

/** The receiver is told the run as it is now, whenever that will be. The caller has locked the run. */
export async function announce(
  trx: Transaction<Tables>,
  { runId, seq, url }: { runId: string; seq: number; url: string },
): Promise<void> {
  const run = await trx.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow()
  const steps = await trx.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('position').execute()
  const snapshot = JSON.stringify(runOf(run, steps))
  // Whoever has answered "gone" to an event of this run is asked no more.
  await sql`
    insert into deliveries (id, run_id, seq, snapshot, door, owner, host, status, gone, ended_at, blocked)
    select ${newId('evt')}, ${runId}, ${seq}, ${snapshot}::jsonb, ${run.door}, ${run.owner}, ${new URL(url).host},
      case when earlier.gone then 'given_up' else 'pending' end, earlier.gone, case when earlier.gone then now() end,
      earlier.open
    from (
      select exists (select from deliveries where run_id = ${runId} and gone) as gone,
        exists (select from deliveries where run_id = ${runId} and status = 'pending') as open) as earlier`.execute(trx)
  await sql`select pg_notify(${DELIVERIES_CHANNEL}, '')`.execute(trx)
}
