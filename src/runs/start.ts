// start: a run is born, with the steps that can be known and their calls, in one transaction.
import { sql, type Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { newId, newUuid } from '../lib/ids.ts'
import type { Ledger } from './finish.ts'
import { type RunRow, runOf } from './records.ts'
import type { Draft, Run } from './run.ts'
import { insertSteps } from './schedule.ts'
import { getRun } from './store.ts'

type Trx = Transaction<Tables>

/** Answers the run once it can no longer be lost; the first one, when the draft's `once` came before. */
export async function startRun({ db, queue }: Ledger, draft: Draft): Promise<Run> {
  return await db.transaction(async trx => {
    const run = await insertRun(trx, draft)
    if (!run) return await getRun(trx, await startedBefore(trx, draft), draft)
    return runOf(run, await insertSteps(trx, queue, run, draft.steps))
  })
}

// With its first event, of which nobody can be waiting to hear. Undefined when somebody has inserted the same before.
async function insertRun(trx: Trx, draft: Draft): Promise<RunRow | undefined> {
  const id = draft.prefix === undefined ? newUuid() : newId(draft.prefix)
  return await trx
    .with('born', made =>
      made
        .insertInto('runs')
        .values({ id, ...rowOf(draft), event_count: 1 })
        .onConflict(on => on.columns(['owner', 'once']).doNothing())
        .returningAll(),
    )
    .with('told', made =>
      made
        .insertInto('events')
        .columns(['run_id', 'seq', 'type', 'data'])
        .expression(told =>
          told
            .selectFrom('born')
            .select(({ val }) => [
              'id',
              val(1).as('seq'),
              val('run.created').as('type'),
              sql<string>`'{}'::jsonb`.as('data'),
            ]),
        ),
    )
    .selectFrom('born')
    .selectAll()
    .executeTakeFirst()
}

function rowOf({ door, owner, request, warnings, priority, metadata, webhookUrl, once }: Draft) {
  return {
    door,
    owner,
    request: JSON.stringify(request),
    warnings: JSON.stringify(warnings),
    ...(priority !== undefined && { priority }),
    ...(metadata && { metadata: JSON.stringify(metadata) }),
    ...(webhookUrl !== undefined && { webhook_url: webhookUrl }),
    ...(once !== undefined && { once }),
  }
}

async function startedBefore(trx: Trx, { owner, once = '' }: Draft): Promise<string> {
  const { id } = await trx
    .selectFrom('runs')
    .select('id')
    .where('owner', '=', owner)
    .where('once', '=', once)
    .executeTakeFirstOrThrow()
  return id
}
