// tables: the shape of every table, as Kysely reads it; migrations/*.sql is the truth.
import type { ColumnType, Generated } from 'kysely'

// jsonb goes in as text and comes out parsed, the same on both engines.
type Json<T> = ColumnType<T, string, string>
type GeneratedJson<T> = ColumnType<T, string | undefined, string>
type OptionalJson<T> = ColumnType<T | null, string | null | undefined, string | null>
// Set by the database's own clock, by default or with `now()`.
type Time = ColumnType<Date, Date | undefined, Date>
type OptionalTime = ColumnType<Date | null, Date | null | undefined, Date | null>
type OptionalText = ColumnType<string | null, string | null | undefined, string | null>
// int8 is a number as long as that is exact; no column here comes near the limit.
type BigInteger = ColumnType<number, number, number>

export interface Tables {
  runs: {
    id: string
    number: ColumnType<number, never, never>
    door: string
    owner: string
    status: Generated<string>
    request: Json<unknown>
    progress: Generated<number>
    warnings: GeneratedJson<unknown[]>
    outputs: GeneratedJson<unknown[]>
    error: OptionalJson<unknown>
    event_count: Generated<number>
    created_at: Time
    updated_at: Time
    started_at: OptionalTime
    completed_at: OptionalTime
  }
  steps: {
    id: string
    run_id: string
    name: string
    kind: string
    queue: string
    params: Json<unknown>
    needs: Generated<string[]>
    position: number
    status: string
    weight: number
    progress: Generated<number>
    attempt: Generated<number>
    failures: Generated<number>
    losses: Generated<number>
    worker: OptionalText
    heartbeat_at: OptionalTime
    run_after: Time
    result: OptionalJson<unknown>
    error: OptionalJson<unknown>
    started_at: OptionalTime
    completed_at: OptionalTime
  }
  events: {
    run_id: string
    seq: number
    type: string
    data: Json<unknown>
    created_at: Time
  }
  artifacts: {
    digest: string
    size_bytes: BigInteger
    facts: Json<unknown>
    created_at: Time
  }
  artifact_keys: {
    key: string
    digest: string
    created_at: Time
  }
  file_digests: {
    fingerprint: string
    digest: string
    seen_at: Time
  }
  probes: {
    key: string
    probe: Json<unknown>
    created_at: Time
  }
}
