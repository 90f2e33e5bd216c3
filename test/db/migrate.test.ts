// Migrations are applied once, whole, and by one starter at a time.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Engine } from '../../src/db/engine.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'
import { openPGlite } from '../../src/db/pglite.ts'
import { openPostgres } from '../../src/db/postgres.ts'
import { forEachDatabase, type PlaceDatabase } from '../fixtures/databases.ts'
import { placeEmpty } from '../fixtures/embedded.ts'

forEachDatabase((engine, _open, anywhere) => {
  const place = engine === 'pglite' ? placeEmpty : anywhere

  test('each file is applied once, in order, and its row says so', async () => {
    await using trial = await openTrial(place)
    await trial.write('0001-first.sql', 'create table first (id text); create index on first (id);')
    await trial.write('0002-second.sql', 'alter table first add column more text;')
    await trial.migrate()
    await trial.migrate()
    const { rows } = await trial.engine.execute('select name from migrations order by name')
    assert.deepEqual(
      rows.map(row => row.name),
      ['0001-first.sql', '0002-second.sql'],
    )
  })

  test('a file that fails half-way leaves nothing, and the mended one is applied', async () => {
    await using trial = await openTrial(place)
    await trial.write('0001-first.sql', 'create table first (id text); select nonsense;')
    await assert.rejects(trial.migrate(), { code: '42703' })
    await trial.write('0001-first.sql', 'create table first (id text);')
    await trial.migrate()
    assert.deepEqual((await trial.engine.execute('select * from first')).rows, [])
  })

  test('an applied file that was changed, or that nobody here knows, is refused by name', async () => {
    await using trial = await openTrial(place)
    await trial.write('0001-first.sql', 'create table first (id text);')
    await trial.migrate()
    await trial.write('0001-first.sql', 'create table first (id bigint);')
    await assert.rejects(trial.migrate(), { code: 'config_invalid', message: /0001-first\.sql was changed/ })
    await rm(join(trial.directory, '0001-first.sql'))
    await assert.rejects(trial.migrate(), { code: 'config_invalid', message: /0001-first\.sql.*newer version/ })
  })

  if (engine === 'postgres')
    test('five starters at once migrate an empty database once', async () => {
      const placed = await place()
      const databases = await Promise.all(Array.from({ length: 5 }, () => openDatabase(placed)))
      const counts = databases.map(
        async database => (await database.execute('select name from migrations')).rows.length,
      )
      assert.deepEqual(new Set(await Promise.all(counts)).size, 1)
      await Promise.all(databases.map(database => database.close()))
    })
})

async function openTrial(place: PlaceDatabase) {
  const { url, directory: data } = await place()
  const directory = await mkdtemp(join(tmpdir(), 'kinora-migrations-'))
  const engine: Engine = url ? openPostgres(url) : await openPGlite(data)
  return {
    engine,
    directory,
    migrate: () => migrate(engine, directory),
    write: (name: string, text: string) => writeFile(join(directory, name), text),
    async [Symbol.asyncDispose]() {
      await engine.close()
      await Promise.all([directory, data].map(path => rm(path, { recursive: true })))
    },
  }
}
