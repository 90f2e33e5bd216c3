// postgres: a PostgreSQL server, once an installation has outgrown the embedded one.
import { PostgresDriver } from 'kysely'
import pg from 'pg'
import type { Engine, Execute } from './engine.ts'
import { openListener } from './postgres-listener.ts'

const INT8 = 20

/** Connects when it is first used. A lost connection fails what ran on it and nothing else. */
export function openPostgres(url: string): Engine {
  const pool = new pg.Pool({ ...connection(url), max: 12 })
  // Without a listener a connection that drops, idle or in use, would end the process.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  const listener = openListener(() => new pg.Client(connection(url)))
  return {
    name: 'postgres',
    driver: new PostgresDriver({ pool }),

    async execute(text, values) {
      return rowsOf(await pool.query(text, values && [...values]))
    },

    async alone(work) {
      // Rewriting a large table may take as long as it takes.
      const client = new pg.Client({ ...connection(url), statement_timeout: 0, query_timeout: 0 })
      client.on('error', () => {})
      await client.connect()
      try {
        await client.query('begin')
        await work(async (text, values) => rowsOf(await client.query(text, values && [...values])))
        await client.query('commit')
      } finally {
        // Hanging up undoes a transaction that was not committed.
        await client.end()
      }
    },

    listen: listener.listen,

    async close() {
      await Promise.all([listener.close(), pool.end()])
    },
  }
}

function connection(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'kinora',
    connectionTimeoutMillis: 5_000,
    // The server gives up first; the client's own clock is for a server that no longer answers at all.
    statement_timeout: 30_000,
    query_timeout: 40_000,
    // Nothing but statements is awaited inside a transaction: whoever is silent in one stands still, with its locks.
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
  }
}

// int8 as PGlite reads it: a number where that is exact, a bigint beyond.
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === INT8 && format !== 'binary') return parseInt8
  return pg.types.getTypeParser(oid, format)
}

function parseInt8(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

// A script answers with one result per statement.
function rowsOf(answer: pg.QueryResult | pg.QueryResult[]): Awaited<ReturnType<Execute>> {
  return { rows: [answer].flat().flatMap(result => result.rows ?? []) }
}
