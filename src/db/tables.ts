// tables: the shape of every table, as Kysely reads it; migrations/*.sql is the truth.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

// jsonb goes in as text and comes out parsed, the same on both drivers.
type Json<T> = ColumnType<T, string, string>
type GeneratedJson<T> = ColumnType<T, string | undefined, string>
type Time = ColumnType<Date, never, Date>
type OptionalTime = ColumnType<Date | null, Date | undefined, Date | null>

export interface Tables {
  runs: {
    id: string
    number: Generated<string>
    door: string
    owner: string
    status: Generated<string>
    request: Json<unknown>
    progress: Generated<number>
    warnings: GeneratedJson<unknown[]>
    outputs: GeneratedJson<unknown[]>
    error: JSONColumnType<object> | null
    event_count: Generated<number>
    created_at: Time
    updated_at: Time
    started_at: OptionalTime
    completed_at: OptionalTime
  }
}
