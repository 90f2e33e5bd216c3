// reconcile: what dead workers, lost calls and lost connections left behind is put right, by the database's clock.
import { sql } from 'kysely'
import { AppError } from '../lib/errors.ts'
import type { Claim } from './claim.ts'
import { type Ledger, loseStep } from './finish.ts'
import type { StepRow } from './records.ts'
import { enqueue, lockRun } from './schedule.ts'

/** One round: running steps without a heartbeat for `leaseSeconds` are lost; ready steps without a call are called. */
export async function reconcile(ledger: Ledger, leaseSeconds: number): Promise<{ lost: number; called: number }> {
  const lost = await loseSilent(ledger, leaseSeconds)
  const called = await callForgotten(ledger)
  return { lost, called }
}

/** Every running step is lost: for whoever takes over a data directory, whose last owner is certainly dead. */
export async function takeOver(ledger: Ledger): Promise<number> {
  return await loseSilent(ledger, 0)
}

async function loseSilent(ledger: Ledger, leaseSeconds: number): Promise<number> {
  const { rows } = await sql<StepRow>`
    select * from steps where status = 'running'
      and heartbeat_at <= now() - make_interval(secs => ${leaseSeconds})`.execute(ledger.db.kysely)
  const error = new AppError('worker_lost', 'The worker was lost again and again while it worked on this')
  let lost = 0
  for (const step of rows) {
    const claim: Claim = { stepId: step.id, runId: step.run_id, attempt: step.attempt }
    if (await loseStep(ledger, claim, error)) lost++
  }
  return lost
}

// An entry may be taken and its step not yet claimed: such a step is left alone for a moment.
async function callForgotten({ db, queue }: Ledger): Promise<number> {
  const waiting = await queue.waiting()
  const { rows } = await sql<StepRow>`
    select * from steps where status = 'ready' and run_after <= now() - interval '5 seconds'`.execute(db.kysely)
  const forgotten = rows.filter(step => !waiting.has(step.id))
  for (const step of forgotten)
    await db.transaction(async trx => {
      await lockRun(trx, step.run_id)
      await enqueue(trx, queue, step)
    })
  return forgotten.length
}
