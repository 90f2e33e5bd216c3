// retry: a run that has failed goes on from where it failed: what was done is kept, and the rest is tried anew.
import type { Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { appendEvent } from './events.ts'
import type { Ledger } from './finish.ts'
import type { RunError } from './run.ts'
import { callReady, lockRun } from './schedule.ts'

/** Throws `run_not_failed` for a run that is open, or has completed, and `run_not_found`. */
export async function retryRun({ db, queue }: Ledger, runId: string): Promise<void> {
  await db.transaction(async trx => {
    const run = await lockRun(trx, runId)
    // It was too old, and has just been put away.
    if (!run) throw new AppError('run_not_found', `Job ${runId} not found`)
    if (run.status !== 'failed' && run.status !== 'cancelled')
      throw new AppError('run_not_failed', 'Only a job that has failed or was cancelled can be retried')
    // What was read is not there any more: the plan, and all that hangs on it, was made for something else.
    if ((run.error as RunError | null)?.code === 'source_changed') await readAnew(trx, runId)
    const anew = { failures: 0, losses: 0, error: null, worker: null, started_at: null, completed_at: null }
    await trx
      .updateTable('steps')
      .set({ status: 'waiting', ...anew })
      .where('run_id', '=', runId)
      .where('status', 'in', ['failed', 'cancelled'])
      .execute()
    await trx
      .updateTable('runs')
      .set({ status: 'pending', error: null, started_at: null, completed_at: null })
      .where('id', '=', runId)
      .execute()
    await appendEvent(trx, runId, 'run.retried', {})
    await callReady(trx, queue, runId)
  })
}

async function readAnew(trx: Transaction<Tables>, runId: string): Promise<void> {
  const born = ['fetch', 'probe', 'plan']
  await trx.deleteFrom('steps').where('run_id', '=', runId).where('kind', 'not in', born).execute()
  await trx.updateTable('steps').set({ status: 'failed', result: null }).where('run_id', '=', runId).execute()
}
