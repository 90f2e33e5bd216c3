// bytes: takes stored bytes away that nobody names: condemned first, and gone after a while unless somebody names them.
//
// Three short transactions decide about the same bytes one after the other, each holding their lock: a publisher
// announces them (arrivals.ts) before it puts them there, a publisher names them, and whoever takes them away claims
// them, which it may only while nobody has announced or named them. A publisher waits for a claim that has been made.
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'
import type { Storage } from '../../storage/contract.ts'
import { CLAIM_SECONDS, lockBytes } from '../arrivals.ts'
import { objectKey } from '../artifacts.ts'

/** Bytes that nobody names will go after the grace; false when somebody names them after all. */
export async function condemn(db: Database, digest: string): Promise<boolean> {
  return await db.transaction(async trx => {
    await lockBytes(trx, digest)
    if (await isNamed(trx, digest)) return false
    await sql`insert into condemned (digest) values (${digest}) on conflict do nothing`.execute(trx)
    return true
  })
}

/** Condemned for so long that nobody can still be reading them. */
export async function overdue(kysely: Kysely<Tables>, graceSeconds: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`
    select digest from condemned where since <= now() - make_interval(secs => ${graceSeconds})
      and (claimed_at is null or claimed_at <= now() - make_interval(secs => ${CLAIM_SECONDS}))
    order by since limit ${limit}`.execute(kysely)
  return rows.map(({ digest }) => digest)
}

type Means = { readonly db: Database; readonly storage: Storage }

/** Takes condemned bytes away; false when somebody names them by now, or is taking them away already. */
export async function takeAway({ db, storage }: Means, digest: string, graceSeconds: number): Promise<boolean> {
  const startedAt = performance.now()
  const claim = await claimBytes(db, digest, graceSeconds)
  // A process that was stopped for so long has lost its claim.
  if (!claim || performance.now() - startedAt > (CLAIM_SECONDS * 1000) / 2) return false
  await storage.delete(objectKey(digest))
  await sql`delete from condemned where digest = ${digest} and claimed_at = ${claim}::timestamptz`.execute(db.kysely)
  return true
}

async function claimBytes(db: Database, digest: string, graceSeconds: number): Promise<string | undefined> {
  return await db.transaction(async trx => {
    await lockBytes(trx, digest)
    if (await isNamed(trx, digest)) {
      await trx.deleteFrom('condemned').where('digest', '=', digest).execute()
      return undefined
    }
    // As text: a Date has no microseconds.
    const { rows } = await sql<{ claim: string }>`
      update condemned set claimed_at = clock_timestamp()
      where digest = ${digest} and since <= now() - make_interval(secs => ${graceSeconds})
        and (claimed_at is null or claimed_at <= now() - make_interval(secs => ${CLAIM_SECONDS}))
      returning claimed_at::text as claim`.execute(trx)
    return rows[0]?.claim
  })
}

async function isNamed(kysely: Kysely<Tables>, digest: string): Promise<boolean> {
  const { rows } = await sql`
    select where exists (select from artifacts where digest = ${digest})
      or exists (select from arrivals where digest = ${digest})`.execute(kysely)
  return rows.length > 0
}
