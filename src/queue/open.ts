// open: named queues of wake-up calls. An entry says that a step may be due; the steps table says whether it is.
//
// Losing or doubling an entry must be harmless, and then it is gone as soon as it is taken: nothing here retries,
// expires or finishes work. pg-boss keeps the entries in order and gives each to one taker.
import { fromKysely, type KyselyTransactionLike, type PgBoss } from 'pg-boss'
import { type QueueDatabase, startBoss } from './boss.ts'
import { openSlots, type Slots } from './slots.ts'

export type SendOptions = { readonly priority?: number; readonly delaySeconds?: number }
export type Depth = { readonly due: number; readonly delayed: number }

export interface Queue {
  /** Enqueues when the caller's transaction commits, and not if it does not. Higher priorities are taken first. */
  send(name: string, stepId: string, options: SendOptions, trx: KyselyTransactionLike): Promise<void>
  /** From now on runs at most `concurrency` handlers at once, each for one entry; a free slot takes the next. */
  work(name: string, options: { concurrency: number }, handler: (stepId: string) => Promise<void>): Promise<void>
  /** Ids of the steps with an entry that nobody has taken yet, delayed ones included. */
  waiting(): Promise<ReadonlySet<string>>
  /** How many entries of each queue are due, and how many wait for their time. */
  depth(): Promise<Record<string, Depth>>
  /** Takes nothing more from this moment, then waits for running handlers, at most `timeoutMs`. */
  stop(options: { timeoutMs: number }): Promise<void>
}

// New entries call by themselves; this is for delayed ones that have become due, and for a call that was lost.
const POLL_MS = 500

/**
 * Opens the queues `names` on the caller's database and makes what is missing there. `onError` hears of everything
 * that fails in the background: a handler that threw, a database that went away.
 */
export async function openQueue(
  database: QueueDatabase,
  names: readonly string[],
  onError: (error: unknown) => void,
): Promise<Queue> {
  const queues = new Map<string, Slots>()
  const wake = (name: string) => {
    for (const slots of name ? [queues.get(name)] : queues.values()) slots?.wake()
  }
  const boss = await startBoss(database, names, { wake, onError })
  const poll = setInterval(() => readDue(database, [...queues.keys()]).then(due => due.forEach(wake), onError), POLL_MS)
  return {
    async send(name, stepId, { priority = 0, delaySeconds }, trx) {
      await boss.send(name, { stepId }, { priority, startAfter: delaySeconds, db: fromKysely(trx) })
    },
    async work(name, { concurrency }, handler) {
      const take = (limit: number) => takeEntries(boss, name, limit, onError)
      queues.set(name, openSlots({ concurrency, take, handler, onError }))
    },
    waiting: () => readWaiting(database),
    depth: () => readDepth(database, names),
    async stop({ timeoutMs }) {
      clearInterval(poll)
      await Promise.all([...queues.values()].map(slots => slots.stop(timeoutMs)))
      await boss.stop({ graceful: false })
    },
  }
}

async function takeEntries(boss: PgBoss, name: string, limit: number, onError: (error: unknown) => void) {
  const entries = await boss.fetch<{ stepId: string }>(name, { batchSize: limit })
  if (entries.length === 0) return []
  // One that cannot be removed expires by itself; its step is started all the same.
  const ids = entries.map(entry => entry.id)
  await boss.deleteJob(name, ids).catch(onError)
  return entries.map(entry => entry.data.stepId)
}

// One cheap question every time, instead of an attempt to take from each queue.
async function readDue(database: QueueDatabase, names: string[]): Promise<string[]> {
  if (names.length === 0) return []
  const { rows } = await database.execute(
    `select name from unnest($1::text[]) as queue(name) where exists
       (select from pgboss.job where job.name = queue.name and state < 'active' and start_after <= now())`,
    [names],
  )
  return rows.map(row => String(row.name))
}

async function readWaiting(database: QueueDatabase): Promise<ReadonlySet<string>> {
  const { rows } = await database.execute(`select data->>'stepId' as id from pgboss.job where state < 'active'`)
  return new Set(rows.map(row => String(row.id)))
}

async function readDepth(database: QueueDatabase, names: readonly string[]): Promise<Record<string, Depth>> {
  const { rows } = await database.execute(
    `select name, count(*) filter (where start_after <= now())::int as due,
       count(*) filter (where start_after > now())::int as delayed
     from pgboss.job where state < 'active' group by name`,
  )
  const found = new Map(rows.map(row => [row.name, { due: Number(row.due), delayed: Number(row.delayed) }]))
  return Object.fromEntries(names.map(name => [name, found.get(name) ?? { due: 0, delayed: 0 }]))
}
