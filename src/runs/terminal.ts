// terminal: the end of a run, of which there is exactly one.
import { sql, type Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { AppError } from '../lib/errors.ts'
import { appendEvent } from './events.ts'
import type { RunError } from './run.ts'

/**
 * Workers listen: attempts of a run that has ended have nothing left to do. The payload is the run's id and the number
 * of the event that ended it, for a run may be retried, and what is claimed after that has a life of its own.
 */
export const ENDED_CHANNEL = 'kinora_ended'

/** Ends a run that the caller has locked and knows to be open. What it has not done is cancelled; what is done stays. */
export async function endRun(
  trx: Transaction<Tables>,
  runId: string,
  status: 'completed' | 'failed' | 'cancelled',
  error?: AppError,
): Promise<void> {
  const now = sql<Date>`now()`
  await trx
    .updateTable('steps')
    .set({ status: 'cancelled', completed_at: now })
    .where('run_id', '=', runId)
    .where('status', 'in', ['waiting', 'ready', 'running'])
    .execute()
  await trx
    .updateTable('runs')
    .set({
      status,
      completed_at: now,
      ...(status === 'completed' && { progress: 100 }),
      error: error ? errorJson(error) : null,
    })
    .where('id', '=', runId)
    .execute()
  const seq = await appendEvent(trx, runId, `run.${status}`, error ? { ...errorOf(error) } : {})
  await sql`select pg_notify(${ENDED_CHANNEL}, ${`${runId} ${seq}`})`.execute(trx)
}

export function errorJson(error: AppError): string {
  return JSON.stringify(errorOf(error))
}

/** As it is stored and told. */
export function errorOf({ code, message, details }: AppError): RunError {
  return { code, message, ...(details.length > 0 && { details }) }
}
