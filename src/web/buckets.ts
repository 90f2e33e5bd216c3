// buckets: how often somebody may do something: a bucket of one minute's worth that fills up evenly, shared by all processes.
import { sql } from 'kysely'
import type { Database } from '../db/open.ts'
import { toAppError } from '../lib/errors.ts'

export type Level = {
  readonly allowed: boolean
  /** How many more would be allowed at once. */
  readonly remaining: number
  /** Until there is one again; 0 while there are any. */
  readonly waitMs: number
  /** Until the bucket is full. */
  readonly fullMs: number
}

export interface Buckets {
  /** Takes one out of the bucket with this name, if there is one. */
  take(name: string, perMinute: number): Promise<Level>
}

const MINUTE_MS = 60_000
const SWEEP_EVERY_MS = 600_000

/** By the database's clock. While the database cannot be reached, every process counts for itself. */
export function openBuckets(db: Database): Buckets {
  const own = memoryBuckets()
  let sweptAt = performance.now()
  return {
    async take(name, perMinute) {
      try {
        if (performance.now() - sweptAt > SWEEP_EVERY_MS) {
          sweptAt = performance.now()
          await forgetFullBuckets(db)
        }
        return await takeShared(db, name, perMinute)
      } catch (error) {
        if (toAppError(error).code !== 'unavailable') throw error
        return await own.take(name, perMinute)
      }
    },
  }
}

/** In this process only, by its own clock. */
export function memoryBuckets(now: () => number = () => performance.now()): Buckets {
  const fullAt = new Map<string, number>()
  let sweepAt = 1000
  return {
    async take(name, perMinute) {
      const at = now()
      if (fullAt.size >= sweepAt) {
        for (const [other, full] of fullAt) if (full <= at) fullAt.delete(other)
        sweepAt = 2 * fullAt.size + 1000
      }
      const before = Math.max(fullAt.get(name) ?? at, at)
      const after = before + costMs(perMinute)
      const allowed = after <= at + MINUTE_MS
      fullAt.set(name, allowed ? after : before)
      return levelOf(allowed, (allowed ? after : before) - at, perMinute)
    },
  }
}

/** A bucket that is full is one that need not be remembered. */
export async function forgetFullBuckets({ kysely }: Database): Promise<void> {
  await kysely.deleteFrom('rates').where('full_at', '<=', sql<Date>`now()`).execute()
}

async function takeShared({ kysely }: Database, name: string, perMinute: number): Promise<Level> {
  const cost = sql`${costMs(perMinute)}::float8 * interval '1 millisecond'`
  // Not now(), which is when the statement began: it may have waited for another since, whose clock was ahead.
  const { rows } = await sql<{ allowed: boolean; full_ms: number }>`
    insert into rates as r (name, full_at, allowed) values (${name}, clock_timestamp() + ${cost}, true)
    on conflict (name) do update set (allowed, full_at) = (
      select fits, case when fits then taken else r.full_at end
      from (select taken, taken <= at + interval '1 minute' as fits
            from (select at, greatest(r.full_at, at) + ${cost} as taken
                  from (select clock_timestamp() as at) as clock) as one_more) as asked)
    returning allowed, (extract(epoch from full_at - clock_timestamp()) * 1000)::float8 as full_ms`.execute(kysely)
  const { allowed = false, full_ms = MINUTE_MS } = rows[0] ?? {}
  return levelOf(allowed, full_ms, perMinute)
}

function levelOf(allowed: boolean, fullMs: number, perMinute: number): Level {
  const cost = costMs(perMinute)
  const remaining = Math.max(0, Math.floor((MINUTE_MS - fullMs) / cost))
  return { allowed, remaining, waitMs: remaining > 0 ? 0 : Math.max(0, fullMs + cost - MINUTE_MS), fullMs }
}

// Rounded down, to whole microseconds as the database counts, so that a whole minute's worth fits in.
function costMs(perMinute: number): number {
  return Math.floor((1000 * MINUTE_MS) / perMinute) / 1000
}
