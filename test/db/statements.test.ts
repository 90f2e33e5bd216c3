// A statement that was prepared answers as one that was not: after its table has changed, after a mistake, among many.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openPGlite } from '../../src/db/pglite.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'

forEachDatabase((_engine, open) => {
  const all = sql<Record<string, unknown>>`select * from notes where id >= ${0} order by id`

  test('a statement sees what has become of its table since', async () => {
    const { kysely, execute, transaction } = await open()
    await execute('create table notes (id int primary key, note jsonb)')
    const put = (id: number) => sql`insert into notes (id, note) values (${id}, ${null}::jsonb)`.execute(kysely)
    await put(1)
    assert.deepEqual((await all.execute(kysely)).rows, [{ id: 1, note: null }])
    await execute(`alter table notes add column more text default 'x'`)
    await put(2)
    assert.deepEqual((await all.execute(kysely)).rows[1], { id: 2, note: null, more: 'x' })
    await transaction(trx => sql`alter table notes drop column note`.execute(trx))
    assert.deepEqual((await all.execute(kysely)).rows[0], { id: 1, more: 'x' })
    const undone = transaction(async trx => {
      await sql`alter table notes drop column more`.execute(trx)
      assert.deepEqual((await all.execute(trx)).rows[0], { id: 1 })
      throw new Error('undo')
    })
    await assert.rejects(undone, /undo/)
    assert.deepEqual((await all.execute(kysely)).rows[0], { id: 1, more: 'x' })
  })

  test('a statement that was refused is as good as new for the next values', async () => {
    const { kysely, transaction } = await open()
    const divide = (by: number) => sql<{ quotient: number }>`select 6 / ${by}::int as quotient`
    assert.equal((await divide(2).execute(kysely)).rows[0]?.quotient, 3)
    await assert.rejects(divide(0).execute(kysely), { code: '22012' })
    assert.equal((await divide(3).execute(kysely)).rows[0]?.quotient, 2)
    await assert.rejects(
      transaction(trx => divide(0).execute(trx)),
      { code: '22012' },
    )
    assert.equal((await divide(6).execute(kysely)).rows[0]?.quotient, 1)
  })

  test('of a great many statements, each answers', async () => {
    const { kysely } = await open()
    for (const round of [1, 2])
      for (let width = 1; width <= 400; width++) {
        const values = Array.from({ length: width }, (_, index) => sql`${index}::int`)
        const { rows } = await sql<{ count: number }>`
          select count(*)::int as count from unnest(array[${sql.join(values)}])`.execute(kysely)
        assert.equal(rows[0]?.count, width, `round ${round}`)
      }
  })

  test('one statement answers as often as it is asked', async () => {
    const { kysely } = await open()
    for (let times = 0; times < 2100; times++)
      assert.deepEqual((await sql`select ${times}::int as times, 'null'::jsonb as nothing`.execute(kysely)).rows, [
        { times, nothing: null },
      ])
  })

  test('a transaction that goes on after a refused statement keeps nothing', async () => {
    const { kysely, transaction } = await open()
    const going = transaction(async trx => {
      await sql`insert into probes (key, probe) values ('kept', '{}')`.execute(trx)
      await assert.rejects(sql`select 1 / 0`.execute(trx), { code: '22012' })
    })
    await assert.rejects(going, /rolled back|nothing of it is kept/)
    assert.deepEqual(await kysely.selectFrom('probes').selectAll().execute(), [])
  })
})

test('statements of one transaction that are asked at once get an answer each', async () => {
  const { directory } = await placeEmbedded()
  const engine = await openPGlite(directory)
  await engine.alone(async execute => {
    const asked = Array.from({ length: 40 }, (_, index) => index)
    const texts = ['select $1::int as number', 'select $1::int + 0 as number', 'select $1::int * 1 as number']
    const answers = await Promise.all(asked.map(index => execute(texts[index % texts.length] ?? '', [index])))
    assert.deepEqual(
      answers.map(({ rows }) => rows[0]?.['number']),
      asked,
    )
  })
  await engine.close()
  await rm(directory, { recursive: true })
})
