// answer-shelf: the rows in which answers are kept, and claims to make them.
import { sql } from 'kysely'
import type { Database } from '../db/open.ts'
import { newId } from '../lib/ids.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>
  readonly body: Buffer | null
}

/** Who waits for an answer listens. The payload is its name. */
export const ANSWERS_CHANNEL = 'kinora_answers'

/** Every statement is one transaction, and every time is the database's. */
export function openShelf({ kysely }: Database, keepHours: number, leaseMs: number) {
  const lease = sql`now() + ${leaseMs}::float8 * interval '1 millisecond'`
  const expiry = sql`now() + ${keepHours}::float8 * interval '1 hour'`
  return {
    /** The `once` of a request that nobody is working on and nobody has answered, or whose answer is too old to count. */
    async claim(name: string, requestDigest: string, claim: string): Promise<string | undefined> {
      const { rows } = await sql<{ once: string }>`
        insert into answers as a (name, request_digest, once, claim, lease_until, expires_at)
        values (${name}, ${requestDigest}, ${newId('once')}, ${claim}, ${lease}, ${expiry})
        on conflict (name) do update set
          claim = excluded.claim, lease_until = excluded.lease_until, expires_at = excluded.expires_at,
          request_digest = excluded.request_digest, status = null, headers = null, body = null,
          once = case when a.expires_at <= now() then excluded.once else a.once end
        where a.lease_until <= now()
          and (a.expires_at <= now() or (a.status is null and a.request_digest = excluded.request_digest))
        returning once`.execute(kysely)
      return rows[0]?.once
    },
    async read(name: string) {
      const row = await kysely
        .selectFrom('answers')
        .select(['request_digest', 'status', 'headers', 'body'])
        .where('name', '=', name)
        .executeTakeFirst()
      if (!row) return undefined
      const { request_digest, status, headers, body } = row
      return { request_digest, answer: status === null ? undefined : answerOf(status, headers, body) }
    },
    async renew(name: string, claim: string): Promise<void> {
      await sql`update answers set lease_until = ${lease} where name = ${name} and claim = ${claim} and status is null
        and lease_until > now()`.execute(kysely)
    },
    /** False for a claim that somebody else has taken over. */
    async keep(name: string, claim: string, { status, headers, body }: Answer): Promise<boolean> {
      const { rows } = await sql`
        with kept as (
          update answers set status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body}::bytea,
            lease_until = now(), expires_at = ${expiry}
          where name = ${name} and claim = ${claim} and status is null returning name)
        select pg_notify(${ANSWERS_CHANNEL}, name) from kept`.execute(kysely)
      return rows.length > 0
    },
    async release(name: string, claim: string): Promise<void> {
      await sql`
        with released as (
          update answers set lease_until = now()
          where name = ${name} and claim = ${claim} and status is null returning name)
        select pg_notify(${ANSWERS_CHANNEL}, name) from released`.execute(kysely)
    },
  }
}

/** Removes what has expired, and says how many answers that were. */
export async function forgetOldAnswers(db: Database): Promise<number> {
  const { numDeletedRows } = await db.kysely
    .deleteFrom('answers')
    .where('expires_at', '<=', sql<Date>`now()`)
    .where('lease_until', '<=', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function answerOf(status: number, headers: unknown, body: Uint8Array | null): Answer {
  return { status, headers: headers as Answer['headers'], body: body && Buffer.from(body) }
}
