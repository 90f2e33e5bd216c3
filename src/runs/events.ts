// events: the numbered facts of a run, written with the change they tell, and read as they come.
import { setTimeout as delay } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { RunEvent } from './run.ts'
import { ANNOUNCED, announce } from './webhooks/announce.ts'

export const EVENTS_CHANNEL = 'kinora_events'

// Notifications can be lost with a connection: whoever waits looks again after this long.
const LOOK_AGAIN_MS = 2000

/**
 * Writes the run's next event, and a delivery when somebody wants to hear of it; answers the event's number. The
 * caller's transaction holds the run's row, so that numbers have no gap.
 */
export async function appendEvent(
  trx: Transaction<Tables>,
  runId: string,
  type: string,
  data: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { rows } = await sql<{ seq: number; url: string | null }>`
    with counted as (
      update runs set event_count = event_count + 1, updated_at = now() where id = ${runId}
      returning id, event_count as seq, webhook_url as url),
    written as (
      insert into events (run_id, seq, type, data) select id, seq, ${type}, ${JSON.stringify(data)}::jsonb from counted)
    select seq, url, pg_notify(${EVENTS_CHANNEL}, id) from counted`.execute(trx)
  const [event] = rows
  if (!event) throw new TypeError(`there is no run ${runId} to write an event of`)
  const { seq, url } = event
  if (url !== null && ANNOUNCED.includes(type)) await announce(trx, { runId, seq, url })
  return seq
}

/** Waiting for something to happen to a run. */
export interface Bell {
  /** Resolves at the run's next event, after a while anyway, or when `signal` aborts. */
  next(runId: string, signal: AbortSignal): Promise<void>
}

/** One listener for the whole process, whoever many wait. */
export function openBell(): Bell & { ring(runId: string): void } {
  const waiting = new Map<string, Set<() => void>>()
  return {
    ring(runId) {
      // An empty name: the connection was lost for a while, so everybody looks again.
      for (const wake of runId === '' ? [...waiting.values()].flatMap(set => [...set]) : (waiting.get(runId) ?? []))
        wake()
    },
    async next(runId, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const set = waiting.get(runId) ?? new Set()
      waiting.set(runId, set.add(resolve))
      const enough = new AbortController()
      const until = AbortSignal.any([signal, enough.signal])
      await Promise.race([promise, delay(LOOK_AGAIN_MS, undefined, { signal: until }).catch(() => undefined)])
      enough.abort()
      set.delete(resolve)
      if (set.size === 0) waiting.delete(runId)
    },
  }
}

/** Every event after `afterSeq`, then each new one; ends after the event that ended the run. */
export async function* readEvents(
  kysely: Kysely<Tables>,
  bell: Bell,
  runId: string,
  afterSeq: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  let seq = afterSeq
  while (!signal.aborted) {
    // Asked for before reading, so that nothing can happen unheard in between.
    const rung = bell.next(runId, signal)
    const run = await kysely
      .selectFrom('runs')
      .select(['event_count', 'completed_at'])
      .where('id', '=', runId)
      .executeTakeFirst()
    for (const event of await eventsAfter(kysely, runId, seq)) {
      yield event
      seq = event.seq
    }
    if (!run || (run.completed_at && seq >= run.event_count)) return
    if (seq >= run.event_count) await rung
  }
}

async function eventsAfter(kysely: Kysely<Tables>, runId: string, seq: number): Promise<RunEvent[]> {
  const rows = await kysely
    .selectFrom('events')
    .selectAll()
    .where('run_id', '=', runId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(500)
    .execute()
  return rows.map(row => ({
    seq: row.seq,
    type: row.type,
    data: row.data as RunEvent['data'],
    createdAt: row.created_at,
  }))
}
