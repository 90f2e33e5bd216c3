// tallies: numbers that only grow, added up over all processes and restarts; whoever measures Kinora reads them.
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Tables } from '../db/tables.ts'

export type Labels = Readonly<Record<string, string>>
export type Tally = { readonly name: string; readonly labels: Labels; readonly total: number }

/** What one process has counted and not written down yet. */
export interface Tallies {
  /** Never waits: it is written down with the next flush. */
  add(name: string, labels: Labels, amount: number): void
  flush(kysely: Kysely<Tables>): Promise<void>
}

export function openTallies(): Tallies {
  let counted = new Map<string, Tally>()
  const add = (name: string, labels: Labels, amount: number) => {
    // One spelling of the same labels.
    const spelt = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    const key = `${name} ${JSON.stringify(spelt)}`
    counted.set(key, { name, labels: spelt, total: (counted.get(key)?.total ?? 0) + amount })
  }
  return {
    add,
    async flush(kysely) {
      const taken = counted
      counted = new Map()
      try {
        await write(kysely, [...taken.values()])
      } catch (error) {
        for (const { name, labels, total } of taken.values()) add(name, labels, total)
        throw error
      }
    },
  }
}

/** Writes them down every few seconds, and once more at the end. Never throws: what fails is tried again. */
export function keepTallies(tallies: Tallies, kysely: Kysely<Tables>, log: Logger): { stop(): Promise<void> } {
  const flush = () => tallies.flush(kysely).catch(err => log.error({ err }, 'tallies could not be written down'))
  const timer = setInterval(flush, FLUSH_MS)
  return {
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}

const FLUSH_MS = 5000

export async function readTallies(kysely: Kysely<Tables>): Promise<Tally[]> {
  const rows = await kysely.selectFrom('tallies').selectAll().orderBy('name').orderBy('labels').execute()
  return rows.map(({ name, labels, total }) => ({ name, labels: JSON.parse(labels) as Labels, total }))
}

// In one order everywhere: two processes that write at once then never wait for each other in a circle.
async function write(kysely: Kysely<Tables>, tallies: readonly Tally[]): Promise<void> {
  if (tallies.length === 0) return
  await sql`
    insert into tallies (name, labels, total)
    select name, labels, total from unnest(
      ${tallies.map(({ name }) => name)}::text[],
      ${tallies.map(({ labels }) => JSON.stringify(labels))}::text[],
      ${tallies.map(({ total }) => total)}::float8[]) as counted (name, labels, total)
    order by name, labels
    on conflict (name, labels) do update set total = tallies.total + excluded.total`.execute(kysely)
}
