// migrate: brings the database to the newest numbered SQL file; each is applied once, whole or not at all.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../lib/errors.ts'
import type { Engine, Execute } from './engine.ts'

type Migration = { readonly name: string; readonly sql: string; readonly digest: string }

/**
 * Applies what is missing of `directory`, in the order of the file names. Several processes may start at once: one
 * works, the others wait. Throws `config_invalid` when an applied file was changed or is unknown here.
 */
export async function migrate(engine: Engine, directory = join(import.meta.dirname, 'migrations')): Promise<void> {
  const migrations = await readMigrations(directory)
  await inTurn(engine, async execute => {
    await execute(`create table if not exists migrations (
      name text primary key, digest text not null, applied_at timestamptz not null default now())`)
    const known = new Set(migrations.map(migration => migration.name))
    const { rows } = await execute('select name from migrations order by name')
    const unknown = rows.find(row => !known.has(String(row.name)))
    if (unknown) throw invalid(`The database has seen ${unknown.name}: it belongs to a newer version of Kinora`)
  })
  for (const migration of migrations) await inTurn(engine, execute => apply(execute, migration))
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter(name => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort()
  return await Promise.all(
    names.map(async name => {
      const sql = await readFile(join(directory, name), 'utf8')
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function inTurn(engine: Engine, work: (execute: Execute) => Promise<void>): Promise<void> {
  await engine.alone(async execute => {
    await execute(`select pg_advisory_xact_lock(hashtext('kinora.migrations'))`)
    await work(execute)
  })
}

async function apply(execute: Execute, { name, sql, digest }: Migration): Promise<void> {
  const { rows } = await execute('select digest from migrations where name = $1', [name])
  if (rows[0]?.digest === digest) return
  if (rows[0]) throw invalid(`${name} was changed after it had been applied: undo that and add a new file instead`)
  await execute(sql)
  await execute('insert into migrations (name, digest) values ($1, $2)', [name, digest])
}

function invalid(message: string): AppError {
  return new AppError('config_invalid', message)
}
