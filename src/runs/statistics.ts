// statistics: how many runs there are in each state, and what their artifacts weigh; for whoever looks after it all.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { RUN_STATUSES, type RunStatus } from './run.ts'

export type Statistics = {
  readonly runs: Readonly<Record<RunStatus, number>>
  readonly artifacts: { readonly count: number; readonly sizeBytes: number }
}

export async function readStatistics(kysely: Kysely<Tables>): Promise<Statistics> {
  const rows = await kysely
    .selectFrom('runs')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  const counts = Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]))
  const { count, size } = await kysely
    .selectFrom('artifacts')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<string>('size_bytes').as('size')])
    .executeTakeFirstOrThrow()
  return {
    runs: Object.fromEntries(RUN_STATUSES.map(status => [status, counts[status] ?? 0])) as Record<RunStatus, number>,
    artifacts: { count: Number(count), sizeBytes: Number(size ?? 0) },
  }
}
