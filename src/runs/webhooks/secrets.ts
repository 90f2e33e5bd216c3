// secrets: what signs an owner's webhooks; a new one and its predecessors sign side by side for a day.
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'
import type { WebhookSecret } from './delivery.ts'

// However often somebody rotates, a header holds only so many signatures.
const MOST_SIGNING = 5

/** Made when it is first needed. */
export async function readSecret(kysely: Kysely<Tables>, owner: string): Promise<WebhookSecret> {
  const current = kysely
    .selectFrom('webhook_secrets')
    .select(['secret', 'created_at as createdAt'])
    .where('owner', '=', owner)
    .where('signs_until', 'is', null)
  const found = await current.executeTakeFirst()
  if (found) return found
  await makeSecret(kysely, owner)
  return await current.executeTakeFirstOrThrow()
}

export async function rotateSecret(db: Database, owner: string): Promise<WebhookSecret> {
  return await db.transaction(async trx => {
    // First: of two rotations at once the second waits here.
    await sql`
      update webhook_secrets set signs_until = now() + interval '24 hours'
      where owner = ${owner} and signs_until is null`.execute(trx)
    // Also those that sign no more because they are too many: whoever rotates all day long leaves nothing behind.
    await sql`
      delete from webhook_secrets where owner = ${owner} and signs_until is not null and secret not in (
        select secret from webhook_secrets where owner = ${owner} and signs_until > now()
        order by signs_until desc limit ${MOST_SIGNING})`.execute(trx)
    await makeSecret(trx, owner)
    return await readSecret(trx, owner)
  })
}

/** All that sign at this moment, newest first. */
export async function signingSecrets(kysely: Kysely<Tables>, owner: string): Promise<readonly string[]> {
  await readSecret(kysely, owner)
  const { rows } = await sql<{ secret: string }>`
    select secret from webhook_secrets where owner = ${owner} and (signs_until is null or signs_until > now())
    order by signs_until desc nulls first limit ${MOST_SIGNING}`.execute(kysely)
  return rows.map(({ secret }) => secret)
}

// The Standard Webhooks specification asks for 24 to 64 bytes. Of several at once the first is kept.
async function makeSecret(kysely: Kysely<Tables>, owner: string): Promise<void> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  await sql`
    insert into webhook_secrets (owner, secret) values (${owner}, ${secret})
    on conflict (owner) where signs_until is null do nothing`.execute(kysely)
}
