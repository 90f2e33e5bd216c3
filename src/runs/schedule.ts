// schedule: steps come to life, become ready when what they need is there, and are called for in the queue.
import { sql, type Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { newId } from '../lib/ids.ts'
import type { Queue } from '../queue/open.ts'
import type { RunRow, StepRow } from './records.ts'
import type { NewStep } from './steps/contract.ts'

type Trx = Transaction<Tables>

/**
 * Takes the run's row for the rest of the transaction. Every change of a run or its steps begins with this, so that
 * changes of one run happen one after the other, and never wait for each other in a circle.
 */
export async function lockRun(trx: Trx, runId: string): Promise<RunRow | undefined> {
  return await trx.selectFrom('runs').selectAll().where('id', '=', runId).forUpdate().executeTakeFirst()
}

/** The same, for whoever knows a step of the run. */
export async function lockRunOf(trx: Trx, stepId: string): Promise<RunRow | undefined> {
  return await trx
    .selectFrom('runs')
    .innerJoin('steps', 'steps.run_id', 'runs.id')
    .selectAll('runs')
    .where('steps.id', '=', stepId)
    .forUpdate('runs')
    .executeTakeFirst()
}

/**
 * Adds steps to a run, after the `existing` ones; needs are names of steps of the run, old or new. Those that need
 * nothing are called for.
 */
export async function insertSteps(
  trx: Trx,
  queue: Queue,
  run: Pick<RunRow, 'id' | 'owner' | 'priority'>,
  steps: readonly NewStep[],
  existing: readonly Pick<StepRow, 'id' | 'name'>[] = [],
): Promise<StepRow[]> {
  const idByName = new Map(existing.map(({ id, name }) => [name, id]))
  for (const step of steps) idByName.set(step.name, newId('step'))
  const idOf = (name: string) => {
    const id = idByName.get(name)
    if (id === undefined) throw new TypeError(`there is no step "${name}" to need`)
    return id
  }
  const rows = steps.map((step, index) => ({
    id: idOf(step.name),
    run_id: run.id,
    name: step.name,
    kind: step.kind,
    queue: step.queue,
    owner: run.owner,
    priority: run.priority,
    params: JSON.stringify(step.params),
    needs: step.needs.map(idOf),
    position: existing.length + index,
    status: step.needs.length > 0 ? 'waiting' : 'ready',
    weight: step.weight,
  }))
  const inserted = await trx.insertInto('steps').values(rows).returningAll().execute()
  inserted.sort((a, b) => a.position - b.position)
  const ready = inserted.filter(({ status }) => status === 'ready')
  await enqueue(trx, queue, ready)
  return inserted
}

/** Makes every waiting step ready whose needs have succeeded, and enqueues it in the same transaction. */
export async function callReady(trx: Trx, queue: Queue, runId: string): Promise<void> {
  const { rows } = await sql<StepRow>`
    update steps set status = 'ready', run_after = now()
    where run_id = ${runId} and status = 'waiting' and not exists (
      select from steps needed where needed.id = any(steps.needs) and needed.status <> 'succeeded')
    returning *`.execute(trx)
  await enqueue(
    trx,
    queue,
    rows.sort((a, b) => a.position - b.position),
  )
}

/** What a call for a step needs to know of it. */
export type Callable = Pick<StepRow, 'id' | 'queue' | 'owner' | 'priority'>

/** Calls for ready steps of one run, in this order, after a delay if need be. */
export async function enqueue(trx: Trx, queue: Queue, steps: readonly Callable[], delaySeconds = 0): Promise<void> {
  for (const [name, called] of Map.groupBy(steps, step => step.queue)) {
    const waiting = await inLine(trx, called)
    for (const [index, { id, priority: urgency }] of called.entries()) {
      const priority = Math.sign(urgency) - 2 * (waiting + index)
      await queue.send(name, id, delaySeconds > 0 ? { priority, delaySeconds } : { priority }, trx)
    }
  }
}

// Behind so many, one place more or less is nothing worth counting.
const DEEPEST = 1000

// An owner's n-th waiting step goes behind the (n-1)-th of everybody else: a flood of one holds nobody up. A priority
// puts a step before the owner's own of a lower one; of two owners' n-th steps it decides which is first.
async function inLine(trx: Trx, called: readonly Callable[]): Promise<number> {
  const [first] = called
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from (
      select from steps
      where status = 'ready' and queue = ${first?.queue} and owner = ${first?.owner} and priority >= ${first?.priority}
        and id <> all(${called.map(({ id }) => id)})
      limit ${DEEPEST}) as others`.execute(trx)
  return rows[0]?.waiting ?? 0
}
