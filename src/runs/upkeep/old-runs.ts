// old-runs: runs that ended long ago are deleted, with their steps and events, a few at a time.
import { sql } from 'kysely'
import type { Database } from '../../db/open.ts'

// The embedded database answers nobody else meanwhile.
const AT_ONCE = 50

/** Deletes some runs that ended more than `days` ago and have nothing left to tell. Answers how many; fewer than `AT_ONCE` are the last ones. */
export async function deleteOldRuns({ kysely }: Database, days: number): Promise<{ deleted: number; more: boolean }> {
  const { rows } = await sql`
    delete from runs where id in (
      select id from runs where completed_at <= now() - make_interval(days => ${days})
        and not exists (select from deliveries where run_id = runs.id and status = 'pending')
      order by completed_at limit ${AT_ONCE} for update skip locked)
    returning id`.execute(kysely)
  return { deleted: rows.length, more: rows.length === AT_ONCE }
}
