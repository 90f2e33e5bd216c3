// pglite: PostgreSQL inside this process, in a directory of its own, with nothing to install.
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import type { AppError } from '../lib/errors.ts'
import type { Engine } from './engine.ts'
import { watchForPanic } from './panic.ts'
import { pgliteDriver } from './pglite-driver.ts'

// Its memory never shrinks. What does not fit in is read from the kernel's cache, which costs next to nothing.
const SETTINGS = ['shared_buffers=8MB']

// V8's optimising compiler takes 600 MB and seconds of a core for PostgreSQL's largest functions, soon after each start, and
// statements are no faster for it.
const COMPILER = ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']

/**
 * Opens or makes the database in `<directory>/pg`. An acknowledged commit is in the kernel's hands and survives
 * `kill -9`; PGlite runs with fsync off, so a power cut may lose the last seconds. Nobody else may have it open:
 * hold `lockDirectory` first. When the database has to stop (a PANIC), the process ends with it.
 */
export async function openPGlite(directory: string): Promise<Engine> {
  for (const flag of COMPILER) setFlagsFromString(flag)
  const startParams = [...PGlite.defaultStartParams, ...SETTINGS.flatMap(setting => ['-c', setting])]
  const pglite = await PGlite.create(join(directory, 'pg'), { startParams })
  watchForPanic(pglite, endProcess)
  return {
    name: 'pglite',
    driver: pgliteDriver(pglite),

    async execute(text, values) {
      if (values?.length) return await pglite.query(text, [...values])
      // A failed script would leave its own transaction open for whoever comes next on the only connection.
      const results = /^\s*begin\b/i.test(text)
        ? await pglite.transaction(transaction => transaction.exec(text))
        : await pglite.exec(text)
      return { rows: results.flatMap(result => result.rows) }
    },

    async alone(work) {
      await pglite.transaction(async transaction => {
        await work(async (text, values) => {
          if (values?.length) return await transaction.query(text, [...values])
          return { rows: (await transaction.exec(text)).flatMap(result => result.rows) }
        })
      })
    },

    async listen(channel, onPayload) {
      const stop = await pglite.listen(channel, onPayload)
      return async () => {
        if (!pglite.closed) await stop()
      }
    },

    async close() {
      if (!pglite.closed) await pglite.close()
    },
  }
}

// As after `kill -9`: whoever starts next recovers the database from its log, and the work goes on.
function endProcess(error: AppError): void {
  setImmediate(() => {
    throw error
  })
}
