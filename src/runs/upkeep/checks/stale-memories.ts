// stale-memories: what was learnt of sources that nobody has asked for since.
import { sql } from 'kysely'
import type { Check } from '../contract.ts'

export const staleMemories: Check = {
  name: 'stale-memories',
  when: 'routine',
  async *find({ db, patience: { memoryDays } }) {
    for (const table of ['file_digests', 'probes']) {
      const stale = sql`${sql.table(table)} where seen_at <= now() - make_interval(days => ${memoryDays})`
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${stale}`.execute(db.kysely)
      const count = rows[0]?.count ?? 0
      if (count > 0)
        yield {
          where: table,
          what: `${count} rows have not been used for ${memoryDays} days`,
          harmless: true,
          async mend() {
            await sql`delete from ${stale}`.execute(db.kysely)
            return true
          },
        }
    }
  },
}
