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
    priority: Generated<number>
    metadata: OptionalJson<unknown>
    webhook_url: OptionalText
    once: OptionalText
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
    owner: Generated<string>
    priority: Generated<number>
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
    notes: OptionalJson<unknown>
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
    used_at: Time
  }
  artifact_keys: {
    key: string
    digest: string
    made_by: OptionalText
    kept_for: OptionalText
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
    seen_at: Time
  }
  arrivals: {
    id: string
    digest: string
    since: Time
  }
  condemned: {
    digest: string
    since: Time
    claimed_at: OptionalTime
  }
  leases: {
    name: string
    holder: string
    until: ColumnType<Date, Date, Date>
    done_at: OptionalTime
  }
  tallies: {
    name: string
    labels: string
    total: Generated<number>
  }
  users: {
    id: string
    number: ColumnType<number, never, never>
    email: OptionalText
    password_hash: OptionalText
    role: string
    created_at: Time
    disabled_at: OptionalTime
  }
  api_keys: {
    id: string
    number: ColumnType<number, never, never>
    hash: string
    prefix: string
    user_id: string
    name: string
    role: string
    created_at: Time
    expires_at: OptionalTime
    revoked_at: OptionalTime
    last_used_at: OptionalTime
  }
  secrets: {
    name: string
    value: string
  }
  answers: {
    name: string
    request_digest: string
    once: string
    claim: string
    lease_until: Time
    status: number | null
    headers: OptionalJson<unknown>
    body: Uint8Array | null
    expires_at: Time
  }
  rates: {
    name: string
    full_at: Time
    allowed: boolean
  }
  deliveries: {
    id: string
    number: ColumnType<number, never, never>
    run_id: string
    seq: number
    snapshot: Json<unknown>
    door: string
    owner: string
    host: string
    status: Generated<string>
    attempt: Generated<number>
    failures: Generated<number>
    blocked: boolean
    next_at: Time
    leased_until: OptionalTime
    gone: Generated<boolean>
    created_at: Time
    ended_at: OptionalTime
  }
  delivery_attempts: {
    delivery_id: string
    number: number
    started_at: Time
    duration_ms: ColumnType<number | null, number | null | undefined, number | null>
    status: ColumnType<number | null, number | null | undefined, number | null>
    reason: OptionalText
  }
  webhook_secrets: {
    owner: string
    secret: string
    created_at: Time
    signs_until: OptionalTime
  }
  motion_sessions: {
    id: string
    owner: string
    source: string
    preview: OptionalText
    duration_us: ColumnType<number | null, number | null | undefined, number | null>
    created_at: Time
    expires_at: ColumnType<Date, Date, Date>
  }
  motion_artifacts: {
    session_id: string
    digest: string
  }
  motion_runs: {
    session_id: string
    run_id: string
    progress_id: OptionalText
  }
  image_media: {
    id: string
    run_id: string
    output: string
    digest: string
    size_bytes: BigInteger
    format: string
    width_px: number
    height_px: number
    notes: Json<unknown>
    created_at: Time
    deleted_at: OptionalTime
  }
}
