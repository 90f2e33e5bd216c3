// pglite-driver: Kysely on PGlite: everybody's statements, one transaction at a time.
//
// Kysely's own driver hands everybody the same connection behind a lock that a query inside a transaction waits for
// without end. Here only the beginning of a transaction waits, and whatever is outside of it.
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { Statements } from './pglite-statements.ts'
import type { Turns } from './turns.ts'

export function pgliteDriver(statements: Statements, turns: Turns): Driver {
  return {
    async init() {},
    async acquireConnection() {
      return lease(statements, turns)
    },
    async beginTransaction(connection) {
      await (connection as Lease).begin()
    },
    async commitTransaction(connection) {
      await (connection as Lease).commit()
    },
    async rollbackTransaction(connection) {
      await (connection as Lease).rollback()
    },
    async releaseConnection() {},
    async destroy() {},
  }
}

type Lease = DatabaseConnection & { begin(): Promise<void>; commit(): Promise<void>; rollback(): Promise<void> }

function lease(statements: Statements, turns: Turns): Lease {
  let endTurn: (() => void) | undefined
  const end = async (word: 'commit' | 'rollback') => {
    if (!endTurn) return
    try {
      const { command } = await statements.script(word)
      // Of a transaction in which a statement has failed, COMMIT keeps nothing, and says so by its name alone.
      if (word === 'commit' && command !== 'COMMIT')
        throw new Error('The transaction had failed: nothing of it is kept')
    } finally {
      endTurn()
      endTurn = undefined
    }
  }
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const run = () => statements.run(sql, parameters)
      const { rows, affectedRows } = await (endTurn ? run() : turns.take(run))
      return { rows: rows as Row[], numAffectedRows: BigInt(affectedRows) }
    },
    // biome-ignore lint/correctness/useYield: PGlite answers a query as a whole
    async *streamQuery() {
      throw new Error('PGlite cannot stream a query')
    },
    async begin() {
      const ended = await turns.begin()
      try {
        await statements.script('begin')
        endTurn = ended
      } catch (error) {
        ended()
        throw error
      }
    },
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  }
}
