// lost-outputs: what completed runs have delivered and can no longer be read as `run://…`: nothing is wrong with that.
import { sql } from 'kysely'
import type { Check } from '../contract.ts'

export const lostOutputs: Check = {
  name: 'lost-outputs',
  when: 'asked',
  async *find({ db }) {
    const { rows } = await sql<{ outputs: number; runs: number }>`
      select count(*)::int as outputs, count(distinct id)::int as runs
      from runs, jsonb_array_elements(outputs) as output
      where status = 'completed' and output->'destination' is not null and not exists (select from artifacts where digest = output->>'sha256')`.execute(
      db.kysely,
    )
    const { outputs = 0, runs = 0 } = rows[0] ?? {}
    if (outputs > 0)
      yield {
        where: 'run://',
        what: `${outputs} outputs of ${runs} runs are at their destinations only, no longer kept here`,
        harmless: true,
      }
  },
}
