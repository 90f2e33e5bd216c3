// lease: what only one process at a time does, and not more often than need be; for economy, so it may fail without harm.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../db/tables.ts'

export type Lease = { readonly name: string; readonly holder: string; readonly seconds: number }

/** True when nobody else has it, and nobody has done its work within the last `restSeconds`. */
export async function takeLease(kysely: Kysely<Tables>, lease: Lease, restSeconds: number): Promise<boolean> {
  const { name, holder, seconds } = lease
  const { rows } = await sql`
    insert into leases (name, holder, until) values (${name}, ${holder}, now() + make_interval(secs => ${seconds}))
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
    where leases.until <= now() and coalesce(leases.done_at <= now() - make_interval(secs => ${restSeconds}), true)
    returning name`.execute(kysely)
  return rows.length > 0
}

/** False when somebody else has it by now. */
export async function renewLease(kysely: Kysely<Tables>, { name, holder, seconds }: Lease): Promise<boolean> {
  const { rows } = await sql`
    update leases set until = now() + make_interval(secs => ${seconds})
    where name = ${name} and holder = ${holder} returning name`.execute(kysely)
  return rows.length > 0
}

/** The work is done: nobody need do it again for a while. */
export async function endLease(kysely: Kysely<Tables>, { name, holder }: Lease): Promise<void> {
  await sql`
    update leases set until = now(), done_at = now() where name = ${name} and holder = ${holder}`.execute(kysely)
}
