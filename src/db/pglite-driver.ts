// pglite-driver: Kysely on PGlite, with a connection of its own for every lease.
//
// Kysely's own driver hands everybody the same connection behind a lock that a query inside a transaction waits for
// without end. PGlite already queues statements behind a running transaction, so this one leaves the waiting to it.
import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'

export function pgliteDriver(pglite: PGlite): Driver {
  return {
    async init() {},
    async acquireConnection() {
      return lease(pglite)
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

function lease(pglite: PGlite): Lease {
  let transaction: Transaction | undefined
  let ended: Promise<void> = Promise.resolve()
  const end = Promise.withResolvers<void>()
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, affectedRows = 0 } = await (transaction ?? pglite).query<Row>(query.sql, [...query.parameters])
      return { rows, numAffectedRows: BigInt(affectedRows) }
    },
    // biome-ignore lint/correctness/useYield: PGlite answers a query as a whole
    async *streamQuery() {
      throw new Error('PGlite cannot stream a query')
    },
    async begin() {
      const begun = Promise.withResolvers<void>()
      ended = pglite.transaction(async opened => {
        transaction = opened
        begun.resolve()
        await end.promise
      })
      ended.catch(begun.reject)
      await begun.promise
    },
    async commit() {
      end.resolve()
      await ended
    },
    async rollback() {
      end.reject(new Error('rolled back'))
      await ended.catch(() => {})
    },
  }
}
