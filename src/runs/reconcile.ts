// reconcile: what dead workers, lost calls and lost connections left behind is put right, by the database's clock.
import { sql } from 'kysely'
import { AppError } from '../lib/errors.ts'
import type { Claim } from './claim.ts'
import { type Ledger, loseStep } from './finish.ts'
import { type Callable, enqueue, lockRun } from './schedule.ts'

// More than this many at once would hold up everybody else; the rest has its turn in the next round.
const MOST_CALLS = 500

/** Running steps without a heartbeat for `leaseSeconds` are lost, and go to another worker. Answers how many. */
export async function loseSilent(ledger: Ledger, leaseSeconds: number): Promise<number> {
  const { rows } = await sql<Silent>`
    select id, run_id, attempt, heartbeat_at from steps where status = 'running'
      and heartbeat_at <= now() - make_interval(secs => ${leaseSeconds})`.execute(ledger.db.kysely)
  return await loseAll(ledger, rows)
}

/** Every running step is lost: for whoever takes over a data directory, whose last owner is certainly dead. */
export async function takeOver(ledger: Ledger): Promise<number> {
  // Whatever their heartbeats say: the clock may have been set back since.
  const { rows } = await sql<Silent>`
    select id, run_id, attempt, heartbeat_at from steps where status = 'running'`.execute(ledger.db.kysely)
  return await loseAll(ledger, rows)
}

/** Ready steps without a call in the queue are called. Answers how many. */
export async function callForgotten({ db, queue }: Ledger): Promise<number> {
  const waiting = await queue.waiting()
  // An entry may be taken and its step not yet claimed: such a step is left alone for a moment.
  const { rows } = await sql<Callable & { readonly run_id: string }>`
    select id, run_id, queue, owner, priority from steps where status = 'ready' and run_after <= now() - interval '5 seconds'
    order by run_after`.execute(db.kysely)
  const forgotten = rows.filter(step => !waiting.has(step.id)).slice(0, MOST_CALLS)
  for (const step of forgotten)
    await db.transaction(async trx => {
      await lockRun(trx, step.run_id)
      await enqueue(trx, queue, [step])
    })
  return forgotten.length
}

type Silent = {
  readonly id: string
  readonly run_id: string
  readonly attempt: number
  readonly heartbeat_at: Date | null
}

async function loseAll(ledger: Ledger, silent: readonly Silent[]): Promise<number> {
  const error = new AppError('worker_lost', 'The worker was lost again and again while it worked on this')
  let lost = 0
  for (const { id, run_id: runId, attempt, heartbeat_at: lastBeat } of silent) {
    const claim: Claim = { stepId: id, runId, attempt }
    if (await loseStep(ledger, claim, lastBeat, error)) lost++
  }
  return lost
}
