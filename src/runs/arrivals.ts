// arrivals: bytes on their way into storage are announced, so that whoever takes away bytes that nobody names leaves them.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'

/** Bytes that somebody is putting into storage. */
export type Arrival = { readonly id: string; readonly digest: string }

/** Who takes bytes away has done it by then, or is dead, or does not do it any more. */
export const CLAIM_SECONDS = 120

/** Say it before the bytes are put there. Waits while these very bytes are being taken away. */
export async function announce(db: Database, digest: string): Promise<Arrival> {
  const arrival = { id: newId('arrival'), digest }
  while (!(await tryToAnnounce(db, arrival))) await sleep(LOOK_AGAIN_MS)
  return arrival
}

const LOOK_AGAIN_MS = 100

async function tryToAnnounce(db: Database, arrival: Arrival): Promise<boolean> {
  return await db.transaction(async trx => {
    await lockBytes(trx, arrival.digest)
    const { rows: leaving } = await sql`
      select from condemned where digest = ${arrival.digest}
        and claimed_at > now() - make_interval(secs => ${CLAIM_SECONDS})`.execute(trx)
    if (leaving.length > 0) return false
    await trx.insertInto('arrivals').values(arrival).execute()
    return true
  })
}

/** In the transaction that names the bytes: they have arrived. Throws `unavailable` when nobody waited for them so long. */
export async function settle(trx: Transaction<Tables>, { id, digest }: Arrival): Promise<void> {
  await lockBytes(trx, digest)
  const settled = await trx.deleteFrom('arrivals').where('id', '=', id).executeTakeFirst()
  if (settled.numDeletedRows === 0n) throw new AppError('unavailable', 'Storing an output took too long')
  await trx.deleteFrom('condemned').where('digest', '=', digest).execute()
}

/** It came to nothing: what may lie there by now goes, unless somebody else names it. */
export async function withdraw(db: Database, { id, digest }: Arrival): Promise<void> {
  await db.transaction(async trx => {
    await lockBytes(trx, digest)
    await trx.deleteFrom('arrivals').where('id', '=', id).execute()
    await sql`
      insert into condemned (digest) select ${digest}::text
      where not exists (select from artifacts where digest = ${digest}) on conflict do nothing`.execute(trx)
  })
}

/** For the rest of the transaction nobody else decides about these bytes. */
export async function lockBytes(trx: Transaction<Tables>, digest: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`kinora.bytes.${digest}`}, 0))`.execute(trx)
}
