// finish: how an attempt at a step ends, and what that means for its run. Each ending is one fenced transaction.
import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import type { AppError } from '../lib/errors.ts'
import type { Queue } from '../queue/open.ts'
import { type Claim, staleAttempt } from './claim.ts'
import { appendEvent } from './events.ts'
import { updateRunProgress } from './progress.ts'
import type { RunRow, StepRow } from './records.ts'
import { callReady, enqueue, insertSteps, lockRun } from './schedule.ts'
import type { NewStep, Outcome } from './steps/contract.ts'
import { endRun, errorJson, errorOf } from './terminal.ts'

type Trx = Transaction<Tables>
export type Ledger = { readonly db: Database; readonly queue: Queue }

const RETRIES = 2
const MOST_LOSSES = 25
const LONGEST_PAUSE_SECONDS = 30
// Somebody who says "not before tomorrow" is asked a little earlier.
const LONGEST_ASKED_SECONDS = 600

/** The work is done: its result is kept, steps that needed it are called, and with the last one the run completes. */
export async function succeedStep({ db, queue }: Ledger, claim: Claim, outcome: Outcome<unknown>): Promise<void> {
  await db.transaction(async trx => {
    const { step, run } = await fence(trx, claim)
    const ended = {
      status: 'succeeded',
      progress: 1,
      result: JSON.stringify(outcome.result ?? null),
      error: null,
      completed_at: sql<Date>`now()`,
    }
    await trx.updateTable('steps').set(ended).where('id', '=', step.id).execute()
    await appendEvent(trx, run.id, 'step.completed', { step: step.name, kind: step.kind, ...outcome.facts })
    await keep(trx, run, outcome)
    if (outcome.steps?.length) await addSteps(trx, queue, run, outcome.steps)
    await callReady(trx, queue, run.id)
    await updateRunProgress(trx, run.id)
    const open = await trx
      .selectFrom('steps')
      .select('id')
      .where('run_id', '=', run.id)
      .where('status', '<>', 'succeeded')
      .executeTakeFirst()
    if (!open) await endRun(trx, run.id, 'completed')
  })
}

/**
 * The attempt failed: the step is tried again after a while, or the run fails with it. Something of ours that could
 * not be reached is no fault of the work: it counts as a loss, and what was begun elsewhere goes on.
 */
export async function failStep({ db, queue }: Ledger, claim: Claim, error: AppError, retries = RETRIES): Promise<void> {
  await db.transaction(async trx => {
    const { step, run } = await fence(trx, claim)
    const lost = error.code === 'unavailable'
    const counts = lost ? { losses: step.losses + 1 } : { failures: step.failures + 1 }
    const { failures = 0, losses = 0 } = counts
    if (!error.retry || failures > retries || losses > MOST_LOSSES) return await giveUp(trx, run, step, error, counts)
    const asked = Math.min(LONGEST_ASKED_SECONDS, error.retryAfterMs / 1000)
    const delaySeconds = Math.max(backOff(failures + losses), asked)
    const after = sql<Date>`now() + make_interval(secs => ${delaySeconds})`
    const kept = lost ? {} : { notes: null }
    await trx
      .updateTable('steps')
      .set({ status: 'ready', ...counts, ...kept, run_after: after, error: errorJson(error) })
      .where('id', '=', step.id)
      .execute()
    await appendEvent(trx, run.id, 'step.retrying', { step: step.name, ...counts, ...errorOf(error) })
    if (error.code === 'artifact_damaged') await makeAgain(trx, queue, step)
    else await enqueue(trx, queue, [step], delaySeconds)
  })
}

/**
 * The worker died, or was taken for dead: the step goes to another. False when this attempt is not the current one any
 * more, or has been heard of since `lastBeat`.
 */
export async function loseStep(
  { db, queue }: Ledger,
  claim: Claim,
  lastBeat: Date | null,
  error: AppError,
): Promise<boolean> {
  return await db.transaction(async trx => {
    const held = await current(trx, claim)
    if (!held || held.step.heartbeat_at?.getTime() !== lastBeat?.getTime()) return false
    const { step, run } = held
    const losses = step.losses + 1
    if (losses > MOST_LOSSES) await giveUp(trx, run, step, error, { losses })
    else await handBack(trx, queue, step, 'step.lost', { losses })
    return true
  })
}

/** The worker stops in good order: the step is as it was before, and costs it no failure. */
export async function releaseStep({ db, queue }: Ledger, claim: Claim): Promise<void> {
  await db.transaction(async trx => {
    const { step } = await fence(trx, claim)
    await handBack(trx, queue, step, 'step.released', {})
  })
}

async function handBack(
  trx: Trx,
  queue: Queue,
  step: StepRow,
  event: string,
  counts: { losses?: number },
): Promise<void> {
  await trx
    .updateTable('steps')
    .set({ status: 'ready', run_after: sql<Date>`now()`, worker: null, ...counts })
    .where('id', '=', step.id)
    .execute()
  await appendEvent(trx, step.run_id, event, { step: step.name, attempt: step.attempt, ...counts })
  await enqueue(trx, queue, [step])
}

async function giveUp(
  trx: Trx,
  run: RunRow,
  step: StepRow,
  error: AppError,
  counts: { failures?: number; losses?: number },
): Promise<void> {
  const failed = { status: 'failed', ...counts, notes: null, error: errorJson(error), completed_at: sql<Date>`now()` }
  await trx.updateTable('steps').set(failed).where('id', '=', step.id).execute()
  await appendEvent(trx, run.id, 'step.failed', { step: step.name, ...errorOf(error) })
  await endRun(trx, run.id, 'failed', error)
}

// What the step read is broken and has been thrown away: those who made it work again, and it waits for them.
async function makeAgain(trx: Trx, queue: Queue, step: StepRow): Promise<void> {
  await sql`
    update steps set status = 'waiting', result = null, completed_at = null
    where id = any(${step.needs}) and kind = 'render'`.execute(trx)
  await trx.updateTable('steps').set({ status: 'waiting' }).where('id', '=', step.id).execute()
  await callReady(trx, queue, step.run_id)
}

async function keep(trx: Trx, run: RunRow, { warnings = [], outputs }: Outcome<unknown>): Promise<void> {
  if (warnings.length > 0)
    await trx
      .updateTable('runs')
      .set({ warnings: JSON.stringify([...run.warnings, ...warnings]) })
      .where('id', '=', run.id)
      .execute()
  if (outputs)
    await trx
      .updateTable('runs')
      .set({ outputs: JSON.stringify(outputs) })
      .where('id', '=', run.id)
      .execute()
}

async function addSteps(trx: Trx, queue: Queue, run: RunRow, steps: readonly NewStep[]): Promise<void> {
  const existing = await trx.selectFrom('steps').select(['id', 'name']).where('run_id', '=', run.id).execute()
  await insertSteps(trx, queue, run, steps, existing)
}

async function fence(trx: Trx, claim: Claim): Promise<{ step: StepRow; run: RunRow }> {
  const held = await current(trx, claim)
  if (!held) throw staleAttempt()
  return held
}

async function current(
  trx: Trx,
  { runId, stepId, attempt }: Claim,
): Promise<{ step: StepRow; run: RunRow } | undefined> {
  const run = await lockRun(trx, runId)
  const step = await trx
    .selectFrom('steps')
    .selectAll()
    .where('id', '=', stepId)
    .where('attempt', '=', attempt)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return run && step ? { step, run } : undefined
}

// One second, two, four … give or take a half, so that what failed together is not tried together.
function backOff(times: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, 2 ** (times - 1)) * (0.5 + Math.random())
}
