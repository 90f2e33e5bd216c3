// progress-ranges: a run has done from 0 to 100 per cent, all of them when it is completed, and a step from 0 to 1.
import { type RawBuilder, sql } from 'kysely'
import type { Check } from '../contract.ts'

// NaN is greater than every number here.
const WRONG_RUN = sql`not progress between 0 and 100 or (status = 'completed' and progress <> 100)`
const WRONG_STEP = sql`not progress between 0 and 1`

export const progressRanges: Check = {
  name: 'progress-ranges',
  when: 'asked',
  async *find({ db }) {
    const kinds = [
      { table: 'runs', wrong: WRONG_RUN, right: sql`case status when 'completed' then 100 else ${clamped(100)} end` },
      { table: 'steps', wrong: WRONG_STEP, right: clamped(1) },
    ]
    for (const { table, wrong, right } of kinds) {
      const of = sql.table(table)
      const { rows } = await sql<{ id: string; progress: number }>`
        select id, progress from ${of} where ${wrong} order by id`.execute(db.kysely)
      for (const { id, progress } of rows)
        yield {
          where: id,
          what: `has a progress of ${progress}`,
          async mend() {
            await sql`update ${of} set progress = ${right} where id = ${id} and (${wrong})`.execute(db.kysely)
            return true
          },
        }
    }
  },
}

function clamped(most: number): RawBuilder<number> {
  return sql`case when progress = 'NaN' then 0 else greatest(0, least(${sql.lit(most)}, progress)) end`
}
