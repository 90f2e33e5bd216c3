// start: a run is born, with the steps that can be known and their calls, in one transaction.
import type { Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { newId, newUuid } from '../lib/ids.ts'
import { appendEvent } from './events.ts'
import type { Ledger } from './finish.ts'
import type { Draft } from './run.ts'
import { callReady, insertSteps, lockRun } from './schedule.ts'

/** Answers the run's id once it can no longer be lost; the id of the first one, when the draft's `once` came before. */
export async function startRun({ db, queue }: Ledger, draft: Draft): Promise<string> {
  return await db.transaction(async trx => {
    const id = draft.prefix === undefined ? newUuid() : newId(draft.prefix)
    const inserted = await trx
      .insertInto('runs')
      .values({ id, ...rowOf(draft) })
      .onConflict(on => on.columns(['owner', 'once']).doNothing())
      .executeTakeFirst()
    if (inserted.numInsertedOrUpdatedRows === 0n) return await startedBefore(trx, draft)
    await lockRun(trx, id)
    await appendEvent(trx, id, 'run.created', {})
    await insertSteps(trx, id, draft.steps)
    await callReady(trx, queue, id)
    return id
  })
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

async function startedBefore(trx: Transaction<Tables>, { owner, once = '' }: Draft): Promise<string> {
  const { id } = await trx
    .selectFrom('runs')
    .select('id')
    .where('owner', '=', owner)
    .where('once', '=', once)
    .executeTakeFirstOrThrow()
  return id
}
