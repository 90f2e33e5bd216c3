// pglite: PostgreSQL inside this process, in a directory of its own, with nothing to install.
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import type { AppError } from '../lib/errors.ts'
import type { Engine } from './engine.ts'
import { watchForPanic } from './panic.ts'
import { pgliteDriver } from './pglite-driver.ts'
import { openStatements, type Statements } from './pglite-statements.ts'
import { openTurns } from './turns.ts'

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
  const turns = openTurns()
  const statements = openStatements(pglite)
  return {
    name: 'pglite',
    driver: pgliteDriver(statements, turns),

    async execute(text, values) {
      return await turns.take(async () =>
        values?.length ? await statements.run(text, values) : await runScript(statements, text),
      )
    },

    async alone(work) {
      await turns.take(async () => {
        await statements.script('begin')
        try {
          await work((text, values) => (values?.length ? statements.run(text, values) : statements.script(text)))
          await statements.script('commit')
        } catch (error) {
          await statements.script('rollback')
          throw error
        }
      })
    },

    async listen(channel, onPayload) {
      const stop = await turns.take(() => pglite.listen(channel, onPayload))
      return async () => {
        if (!pglite.closed) await turns.take(() => stop())
      }
    },

    async close() {
      await turns.take(async () => {
        if (!pglite.closed) await pglite.close()
      })
    },
  }
}

// A failed script would leave its own transaction open for whoever comes next on the only connection.
async function runScript(statements: Statements, text: string) {
  try {
    return await statements.script(text)
  } catch (error) {
    if (/^\s*begin\b/i.test(text)) await statements.script('rollback')
    throw error
  }
}

// As after `kill -9`: whoever starts next recovers the database from its log, and the work goes on.
function endProcess(error: AppError): void {
  setImmediate(() => {
    throw error
  })
}
