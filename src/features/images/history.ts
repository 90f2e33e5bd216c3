// history: how long pictures take here: what the last ones took, and those that are in front of a new one.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../db/tables.ts'
import type { ImageModel } from '../../providers/image/contract.ts'

/** Of a model that nobody has used yet, what its maker says. */
type Model = Pick<ImageModel, 'name' | 'usualMs' | 'atOnce'>

/** From its order to its pictures, without what was in front of it. */
export async function usualMs(kysely: Kysely<Tables>, model: Model): Promise<number> {
  return median(await durationsMs(kysely, model.name)) ?? model.usualMs
}

/** From now until the pictures of an order are there that is sent in this moment; `concurrency`: how many are worked on at once. */
export async function estimateMs(
  kysely: Kysely<Tables>,
  model: Model,
  { concurrency: most }: { readonly concurrency: number },
): Promise<number> {
  const usual = await usualMs(kysely, model)
  const concurrency = Math.min(most, model.atOnce ?? most)
  return usual + (Math.max(0, (await aheadOf(kysely)) - concurrency + 1) / concurrency) * usual
}

/** How much is done (0 to 1), by the clock alone, where nobody says more: never quite all of it. */
export function progressOf(elapsedMs: number, usualMs: number): number {
  return Math.min(MOST, elapsedMs / Math.max(1, usualMs))
}

const MOST = 0.95
const RECENT = 50

async function durationsMs(kysely: Kysely<Tables>, model: string): Promise<number[]> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from completed_at - started_at) * 1000)::float8 as ms from steps
    where kind = 'image.generate' and status = 'succeeded' and params->'order'->>'model' = ${model}
    order by completed_at desc limit ${RECENT}`.execute(kysely)
  return rows.map(({ ms }) => ms)
}

// What is worked on is in front of whoever comes, too. Where owners take turns it may come a little earlier.
async function aheadOf(kysely: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ ahead: number }>`
    select count(*)::int as ahead from steps where queue = 'provider' and status in ('ready', 'running')`.execute(
    kysely,
  )
  return rows[0]?.ahead ?? 0
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  if (sorted.length === 0) return undefined
  return middle.reduce((sum, value) => sum + value, 0) / middle.length
}
