// claim: who sends a delivery. The table is the queue: each claim is a lease, and a new attempt that is on record at once.
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'

/** A delivery in somebody's hands, with everything that is needed to send it. */
export type Claimed = {
  readonly id: string
  readonly attempt: number
  readonly failures: number
  readonly host: string
  readonly snapshot: unknown
  readonly runId: string
  readonly door: string
  readonly owner: string
  readonly url: string
  readonly seq: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly eventAt: Date
}

/** What is not to be taken now: of hosts and owners who have enough under way. */
export type Taken = { readonly hosts: readonly string[]; readonly owners: readonly string[] }

/**
 * Takes the delivery that has waited longest for its turn, for so long. An event waits until those before it in its run
 * are delivered or given up.
 */
export async function claimDelivery(
  kysely: Kysely<Tables>,
  { doors, busy, leaseSeconds }: { doors: readonly string[]; busy: Taken; leaseSeconds: number },
): Promise<Claimed | undefined> {
  const { rows } = await sql<Claimed>`
    with claimed as (
      update deliveries
      set attempt = attempt + 1, leased_until = now() + make_interval(secs => ${leaseSeconds}::float8)
      where id = (
        select id from deliveries
        where status = 'pending' and not blocked and next_at <= now()
          and (leased_until is null or leased_until <= now()) and door = any(${doors}::text[])
          and host <> all(${busy.hosts}::text[]) and owner <> all(${busy.owners}::text[])
        order by next_at, number limit 1 for update skip locked)
      returning *),
    noted as (insert into delivery_attempts (delivery_id, number) select id, attempt from claimed)
    select claimed.id, claimed.attempt, claimed.failures, claimed.host, claimed.snapshot, claimed.run_id as "runId",
      claimed.door, claimed.owner, runs.webhook_url as url, events.seq, events.type, events.data,
      events.created_at as "eventAt"
    from claimed join runs on runs.id = claimed.run_id
      join events on events.run_id = claimed.run_id and events.seq = claimed.seq`.execute(kysely)
  return rows[0]
}

/** For whoever takes over a data directory: whoever was sending is certainly dead. */
export async function takeOverDeliveries({ kysely }: Database): Promise<void> {
  await sql`update deliveries set leased_until = null where leased_until is not null`.execute(kysely)
}
