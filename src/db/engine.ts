// engine: what a PostgreSQL must offer to carry Kinora, whether it runs inside this process or beside it.
import type { Driver } from 'kysely'

/** One statement, or a script of several when there are no values. */
export type Execute = (text: string, values?: readonly unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

export interface Engine {
  readonly name: 'pglite' | 'postgres'
  readonly driver: Driver
  /** Outside any transaction; a script that begins one of its own is undone as a whole when it fails. */
  readonly execute: Execute
  /** One transaction around `work`, for migrations. */
  alone(work: (execute: Execute) => Promise<void>): Promise<void>
  /** Resolves once notifications arrive. `''` means that some may have been missed: read again. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
