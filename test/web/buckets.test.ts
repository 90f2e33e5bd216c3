// buckets: what is in one, how it fills up again, and that processes share it, on both engines and in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../src/db/open.ts'
import { AppError } from '../../src/lib/errors.ts'
import { type Buckets, forgetFullBuckets, memoryBuckets, openBuckets } from '../../src/web/buckets.ts'
import { forEachDatabase } from '../fixtures/databases.ts'

forEachDatabase((_engine, open) => {
  test('holds one minute, shared by all processes, for each name', async () => {
    const db = await open()
    const processes = [openBuckets(db), openBuckets(db)]
    // Seven does not divide a minute.
    for (const perMinute of [1, 3, 7]) {
      const name = `limit ${perMinute}`
      const levels = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (processes[index % 2] as Buckets).take(name, perMinute)),
      )
      assert.equal(levels.filter(({ allowed }) => allowed).length, perMinute)
      const remaining = levels.flatMap(level => (level.allowed ? [level.remaining] : [])).sort((a, b) => b - a)
      assert.deepEqual(
        remaining,
        Array.from({ length: perMinute }, (_, index) => perMinute - 1 - index),
      )
      for (const { waitMs } of levels.filter(({ allowed }) => !allowed))
        assert.ok(waitMs > 0 && waitMs <= 60_000 / perMinute + 1, `${waitMs}`)
      assert.equal((await (processes[0] as Buckets).take(`${name} of another`, perMinute)).allowed, true)
    }
  })

  test('fills up evenly; what is refused costs nothing, and a full one is forgotten', async () => {
    const db = await open()
    const buckets = openBuckets(db)
    const passed = (seconds: number) =>
      sql`update rates set full_at = full_at - ${seconds}::float8 * interval '1 second'`.execute(db.kysely)
    for (let taken = 0; taken < 6; taken++) await buckets.take('a', 6)
    for (const _again of [1, 2, 3]) assert.equal((await buckets.take('a', 6)).allowed, false)
    await passed(10)
    assert.deepEqual([(await buckets.take('a', 6)).allowed, (await buckets.take('a', 6)).allowed], [true, false])
    await forgetFullBuckets(db)
    assert.equal((await buckets.take('a', 6)).allowed, false)
    await passed(600)
    await forgetFullBuckets(db)
    const { rows } = await sql`select from rates`.execute(db.kysely)
    assert.equal(rows.length, 0)
    const level = await buckets.take('a', 6)
    assert.deepEqual([level.allowed, level.remaining], [true, 5])
  })
})

test('in memory the same, by a clock of its own', async () => {
  let at = 0
  const buckets = memoryBuckets(() => at)
  const take = async () => (await buckets.take('a', 3)).allowed
  assert.deepEqual([await take(), await take(), await take(), await take()], [true, true, true, false])
  assert.deepEqual(await buckets.take('a', 3), { allowed: false, remaining: 0, waitMs: 20_000, fullMs: 60_000 })
  at = 19_999
  assert.equal(await take(), false)
  at = 20_000
  assert.deepEqual([await take(), await take()], [true, false])
})

test('without the database every process counts for itself: nobody is locked out, and nobody let in without end', async () => {
  const fail = () => Promise.reject(new AppError('unavailable', 'The database cannot be reached'))
  const gone = { kysely: { getExecutor: () => ({ ...NO_EXECUTOR, executeQuery: fail }) } } as unknown as Database
  const buckets = openBuckets(gone)
  const levels = [await buckets.take('a', 2), await buckets.take('a', 2), await buckets.take('a', 2)]
  assert.deepEqual(
    levels.map(({ allowed }) => allowed),
    [true, true, false],
  )
})

const NO_EXECUTOR = { transformQuery: (node: object) => node, compileQuery: (query: object) => ({ query }) }
