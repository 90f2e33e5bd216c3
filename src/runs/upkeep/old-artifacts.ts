// old-artifacts: artifacts that nobody has used for long, or for which there is no room, are forgotten; their bytes go later.
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../db/open.ts'

const AT_ONCE = 200

export type Forgotten = { readonly forgotten: number; readonly sizeBytes: number; readonly more: boolean }

/** Forgets some artifacts that nobody has used for `days`. */
export async function forgetUnused(db: Database, days: number): Promise<Forgotten> {
  return await forget(db, sql`used_at <= now() - make_interval(days => ${days})`)
}

/**
 * Forgets some of those that were used longest ago, as many as are too many for `maxBytes`; never what was used within
 * the grace: somebody may be working with it.
 */
export async function forgetExcess(db: Database, maxBytes: number, graceSeconds: number): Promise<Forgotten> {
  return await forget(
    db,
    sql`used_at <= now() - make_interval(secs => ${graceSeconds}) and digest in (
      select digest from (
        select digest, sum(size_bytes) over (order by used_at desc, digest) as newer_bytes from artifacts) as ranked
      where newer_bytes > ${maxBytes})`,
  )
}

// Whoever publishes or uses one at this moment holds its row: it is then left alone, and no longer old afterwards. What a
// run still shows stays with it, however little room there is for the rest.
async function forget({ kysely }: Database, old: RawBuilder<unknown>): Promise<Forgotten> {
  const { rows } = await sql<{ forgotten: number; bytes: string }>`
    with gone as (
      delete from artifacts where digest in (
        select digest from artifacts where ${old} and not exists (
          select from artifact_keys where artifact_keys.digest = artifacts.digest and kept_for is not null)
        order by used_at limit ${AT_ONCE} for update skip locked)
      returning digest, size_bytes),
    told as (insert into condemned (digest) select digest from gone on conflict do nothing)
    select count(*)::int as forgotten, coalesce(sum(size_bytes), 0)::text as bytes from gone`.execute(kysely)
  const { forgotten = 0, bytes = '0' } = rows[0] ?? {}
  return { forgotten, sizeBytes: Number(bytes), more: forgotten === AT_ONCE }
}
