// open: the database as the rest of Kinora sees it, the same on PGlite and on PostgreSQL.
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Engine, Execute } from './engine.ts'
import { guardDriver, openScope } from './guard.ts'
import { migrate } from './migrate.ts'
import { openPGlite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import type { Tables } from './tables.ts'
import { type RunTransaction, transactions } from './transaction.ts'
import { reaching } from './unavailable.ts'

export interface Database {
  readonly engine: 'pglite' | 'postgres'
  readonly kysely: Kysely<Tables>
  readonly transaction: RunTransaction
  /** Plain SQL outside any transaction: one statement with values, or a script without. For the queue. */
  readonly execute: Execute
  /**
   * Calls `onPayload` for every `pg_notify` on `channel` that commits from now on, until the answer is called. `''`
   * means that the connection was lost for a while: read what you care about again.
   */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

/**
 * Opens PostgreSQL at `url`, or without one the embedded database in `<directory>/pg`, and applies missing migrations.
 * Connection failures come out of everything here as `unavailable`.
 */
export async function openDatabase({ url, directory }: { url?: string; directory: string }): Promise<Database> {
  const engine = url ? openPostgres(url) : await openPGlite(directory)
  try {
    await reaching(migrate(engine))
  } catch (error) {
    await engine.close()
    throw error
  }
  return overEngine(engine)
}

function overEngine(engine: Engine): Database {
  const scope = openScope()
  const kysely = new Kysely<Tables>({
    dialect: {
      // Not PGlite's: with that Kysely puts a lock of its own in front of the guard.
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => guardDriver(engine.driver, scope),
      createIntrospector: db => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return {
    engine: engine.name,
    kysely,
    transaction: transactions(kysely, scope),
    async execute(text, values) {
      scope.assertOutside()
      return await reaching(engine.execute(text, values))
    },
    async listen(channel, onPayload) {
      scope.assertOutside()
      return await reaching(engine.listen(channel, scope.outside(onPayload)))
    },
    close: () => engine.close(),
  }
}
