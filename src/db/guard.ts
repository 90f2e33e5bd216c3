// guard: what every statement passes through: nothing slips past a running transaction, nothing outlives it.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseConnection, Driver } from 'kysely'
import { reaching } from './unavailable.ts'

export interface Scope {
  /** Runs `work` as the inside of a transaction. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Throws inside a transaction: with one connection the statement would wait for the transaction, for ever. */
  assertOutside(): void
  /** Calls back outside any transaction, whoever happened to be running when the call came. */
  outside<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void
}

export function openScope(): Scope {
  const storage = new AsyncLocalStorage<{ open: boolean }>()
  return {
    async run(work) {
      const transaction = { open: true }
      try {
        return await storage.run(transaction, work)
      } finally {
        // What was started inside and is still going is outside from now on.
        transaction.open = false
      }
    },
    assertOutside() {
      if (storage.getStore()?.open) throw new Error('Inside a transaction, use its own handle (trx)')
    },
    outside(callback) {
      return (...args) => storage.exit(callback, ...args)
    },
  }
}

/** The same driver, refusing what would hang and what comes too late. */
export function guardDriver(driver: Driver, scope: Scope): Driver {
  const inner = (connection: DatabaseConnection) => (connection as Lease).inner
  return {
    init: options => driver.init(options),
    async acquireConnection(options) {
      scope.assertOutside()
      return lease(await reaching(driver.acquireConnection(options)))
    },
    beginTransaction: (connection, settings) => reaching(driver.beginTransaction(inner(connection), settings)),
    async commitTransaction(connection) {
      ;(connection as Lease).end()
      await reaching(driver.commitTransaction(inner(connection)))
    },
    async rollbackTransaction(connection) {
      ;(connection as Lease).end()
      await reaching(driver.rollbackTransaction(inner(connection)))
    },
    async releaseConnection(connection, options) {
      ;(connection as Lease).end()
      await driver.releaseConnection(inner(connection), options)
    },
    destroy: options => driver.destroy(options),
  }
}

type Lease = DatabaseConnection & { readonly inner: DatabaseConnection; end(): void }

// A statement of abandoned work would otherwise run on a connection that belongs to somebody else by now.
function lease(inner: DatabaseConnection): Lease {
  let ended = false
  return {
    inner,
    end() {
      ended = true
    },
    async executeQuery(query, options) {
      if (ended) throw new Error('This transaction is over')
      return await reaching(inner.executeQuery(query, options))
    },
    streamQuery: (query, chunkSize, options) => inner.streamQuery(query, chunkSize, options),
  }
}
