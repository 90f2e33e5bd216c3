// event-counts: the events of a run are numbered from 1 without a gap, and the run knows how many there are.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../../db/tables.ts'
import { lockRun } from '../../schedule.ts'
import type { Check } from '../contract.ts'

export const eventCounts: Check = {
  name: 'event-counts',
  when: 'asked',
  async *find({ db }) {
    for (const { id, told, found, last } of await miscounted(db.kysely))
      yield {
        where: id,
        what: last === found ? `counts ${told} events and has ${found}` : `has ${found} events up to number ${last}`,
        mend: () =>
          db.transaction(async trx => {
            await lockRun(trx, id)
            await sql`
              update runs set event_count = coalesce((select max(seq) from events where run_id = ${id}), 0)
              where id = ${id}`.execute(trx)
            // Facts that are gone cannot be made up.
            return (await miscounted(trx, id)).length === 0
          }),
      }
  },
}

type Miscounted = { id: string; told: number; found: number; last: number }

async function miscounted(kysely: Kysely<Tables>, id?: string): Promise<Miscounted[]> {
  const { rows } = await sql<Miscounted>`
    select id, event_count as told, count(seq)::int as found, coalesce(max(seq), 0) as last
    from runs left join events on run_id = id
    where ${id === undefined ? sql`true` : sql`id = ${id}`}
    group by id having event_count <> count(seq) or coalesce(max(seq), 0) <> count(seq)
    order by id`.execute(kysely)
  return rows
}
