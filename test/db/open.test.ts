// Both engines answer alike, and a listener hears what commits.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import { forEachDatabase } from '../fixtures/databases.ts'

forEachDatabase((engine, open) => {
  test('values come out the same on both engines', async () => {
    const { kysely } = await open()
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740991::bigint as safe, 9007199254740993::bigint as unsafe, count(*) as count, 0.5::float8 as half,
        ${JSON.stringify({ a: [1, null] })}::jsonb as json, ${['a "b"', 'c,d']}::text[] as texts,
        '2020-01-02T03:04:05.678Z'::timestamptz as instant, true as yes, null as nothing`.execute(kysely)
    assert.deepEqual(
      { ...rows[0] },
      {
        safe: 9007199254740991,
        unsafe: 9007199254740993n,
        count: 1,
        half: 0.5,
        json: { a: [1, null] },
        texts: ['a "b"', 'c,d'],
        instant: new Date('2020-01-02T03:04:05.678Z'),
        yes: true,
        nothing: null,
      },
    )
  })

  test('a row goes in and comes out through the tables as typed', async () => {
    const { kysely, engine: opened } = await open()
    assert.equal(opened, engine)
    const row = { id: 'run_1', door: 'pipelines', owner: 'anonymous', request: JSON.stringify({ inputs: [] }) }
    const inserted = await kysely.insertInto('runs').values(row).returningAll().executeTakeFirstOrThrow()
    assert.equal(inserted.number, 1)
    assert.deepEqual(inserted.request, { inputs: [] })
    assert.deepEqual(inserted.warnings, [])
    assert.ok(inserted.created_at instanceof Date)
    const updated = await kysely.updateTable('runs').set({ status: 'processing' }).executeTakeFirstOrThrow()
    assert.equal(updated.numUpdatedRows, 1n)
    const missed = await kysely.updateTable('runs').set({ progress: 1 }).where('id', '=', 'x').executeTakeFirstOrThrow()
    assert.equal(missed.numUpdatedRows, 0n)
  })

  test('a refused statement keeps its SQLSTATE and the connection stays usable', async () => {
    const { kysely } = await open()
    const row = { key: 'k', probe: '{}' }
    await kysely.insertInto('probes').values(row).execute()
    await assert.rejects(kysely.insertInto('probes').values(row).execute(), { code: '23505' })
    assert.equal((await kysely.selectFrom('probes').select('key').execute()).length, 1)
  })

  test('a failed script leaves nothing behind, neither rows nor an open transaction', async () => {
    const { execute, kysely } = await open()
    const script = `begin; insert into probes (key, probe) values ('a', '{}'); select 1 / 0; commit;`
    await assert.rejects(execute(script), { code: '22012' })
    assert.deepEqual(await kysely.selectFrom('probes').selectAll().execute(), [])
  })

  test('a listener hears a notification when it commits, and not one that was rolled back', async () => {
    const database = await open()
    const heard: string[] = []
    const arrived = new EventTarget()
    const stop = await database.listen('kinora_test', payload => {
      heard.push(payload)
      arrived.dispatchEvent(new Event('payload'))
    })
    const undone = database.transaction(async trx => {
      await sql`select pg_notify('kinora_test', 'undone')`.execute(trx)
      throw new Error('undo')
    })
    await assert.rejects(undone, /undo/)
    const first = once(arrived, 'payload')
    await database.transaction(trx => sql`select pg_notify('kinora_test', 'done')`.execute(trx))
    await first
    assert.deepEqual(heard, ['done'])
    await stop()
    await sql`select pg_notify('kinora_test', 'late')`.execute(database.kysely)
    await sql`select 1`.execute(database.kysely)
    assert.deepEqual(heard, ['done'])
  })

  test('a listener may use the database, whoever was in a transaction when it was called', async () => {
    const database = await open()
    const answered = Promise.withResolvers<number>()
    await database.listen('kinora_test', () => {
      database.kysely
        .selectFrom('runs')
        .select('id')
        .execute()
        .then(rows => answered.resolve(rows.length), answered.reject)
    })
    await database.transaction(async trx => {
      // PGlite delivers what this very statement sends while the transaction is still open.
      await sql`select pg_notify('kinora_test', 'x')`.execute(trx)
    })
    await database.transaction(trx => sql`select 1`.execute(trx))
    assert.equal(await answered.promise, 0)
  })
})
