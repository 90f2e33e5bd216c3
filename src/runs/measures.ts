// measures: what the tables say about the whole installation, in numbers with names and few labels.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { cumulate } from './step-clock.ts'
import { type Labels, readTallies, type Tally } from './tallies.ts'

export type Measure = {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

/** By name: what a measure is. */
export const MEASURES = {
  kinora_runs: { type: 'gauge', help: 'Runs that are kept, by status.' },
  kinora_steps: { type: 'gauge', help: 'Steps of runs that are kept, by queue and status.' },
  kinora_artifacts: { type: 'gauge', help: 'Finished outputs that are kept to be used again.' },
  kinora_stored_bytes: { type: 'gauge', help: 'Bytes of the outputs that are kept.' },
  kinora_condemned_objects: { type: 'gauge', help: 'Stored objects that nobody names and that go after a while.' },
  kinora_arrivals: { type: 'gauge', help: 'Outputs that are being stored.' },
  kinora_webhook_deliveries: { type: 'gauge', help: 'Webhook deliveries that are kept, by status.' },
  kinora_step_seconds: { type: 'histogram', help: 'How long attempts at steps took, by kind and outcome.' },
  kinora_step_failures_total: { type: 'counter', help: 'Attempts at steps that failed, by kind and error code.' },
  kinora_retention_total: { type: 'counter', help: 'What upkeep has put away, by what it was.' },
  kinora_retention_bytes_total: { type: 'counter', help: 'Bytes of outputs that upkeep has forgotten.' },
} as const

export async function readMeasures(kysely: Kysely<Tables>): Promise<Measure[]> {
  return [...(await readCounts(kysely)), ...fromTallies(await readTallies(kysely))]
}

type Count = { name: string; a: string | null; b: string | null; value: number }

// The labels of each name, for the two columns.
const LABELS: Readonly<Record<string, readonly string[]>> = {
  kinora_runs: ['status'],
  kinora_steps: ['queue', 'status'],
  kinora_webhook_deliveries: ['status'],
}

async function readCounts(kysely: Kysely<Tables>): Promise<Measure[]> {
  const { rows } = await sql<Count>`
    select 'kinora_runs' as name, status as a, null as b, count(*)::float8 as value from runs group by status
    union all select 'kinora_steps', queue, status, count(*)::float8 from steps group by queue, status
    union all select 'kinora_artifacts', null, null, count(*)::float8 from artifacts
    union all select 'kinora_stored_bytes', null, null, coalesce(sum(size_bytes), 0)::float8 from artifacts
    union all select 'kinora_condemned_objects', null, null, count(*)::float8 from condemned
    union all select 'kinora_arrivals', null, null, count(*)::float8 from arrivals
    union all select 'kinora_webhook_deliveries', status, null, count(*)::float8 from deliveries group by status`.execute(
    kysely,
  )
  return rows.map(({ name, a, b, value }) => {
    const labels = (LABELS[name] ?? []).map((label, index) => [label, [a, b][index] ?? ''])
    return { name, labels: Object.fromEntries(labels), value }
  })
}

function fromTallies(tallies: readonly Tally[]): Measure[] {
  const plain = tallies.flatMap(({ name, labels, total }) => {
    const measured = PLAIN[name]
    return measured ? [{ name: measured, labels, value: total }] : []
  })
  const classes = cumulate(tallies)
  const buckets = classes.map(({ labels, total }) => ({ name: 'kinora_step_seconds_bucket', labels, value: total }))
  const counts = classes.flatMap(({ labels: { le, ...labels }, total }) =>
    le === '+Inf' ? [{ name: 'kinora_step_seconds_count', labels, value: total }] : [],
  )
  return [...plain, ...buckets, ...counts]
}

const PLAIN: Readonly<Record<string, string>> = {
  step_seconds_sum: 'kinora_step_seconds_sum',
  step_failures: 'kinora_step_failures_total',
  retention: 'kinora_retention_total',
  retention_bytes: 'kinora_retention_bytes_total',
}
