// A transaction is whole, has a deadline, and is the only handle inside itself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { forEachDatabase } from '../fixtures/databases.ts'

const OUTSIDE = /Inside a transaction, use its own handle/

forEachDatabase((engine, open) => {
  const row = (key: string) => ({ key, probe: '{}' })

  test('a failed transaction leaves nothing behind', async () => {
    const { kysely, transaction } = await open()
    const failing = transaction(async trx => {
      await trx.insertInto('probes').values(row('a')).execute()
      throw new Error('no')
    })
    await assert.rejects(failing, /^Error: no$/)
    assert.deepEqual(await kysely.selectFrom('probes').selectAll().execute(), [])
  })

  test('any other handle inside a transaction throws at once, and the transaction can go on', async () => {
    const database = await open()
    await database.transaction(async trx => {
      await assert.rejects(database.kysely.selectFrom('runs').selectAll().execute(), OUTSIDE)
      await assert.rejects(
        database.transaction(async () => {}),
        OUTSIDE,
      )
      await assert.rejects(database.execute('select 1'), OUTSIDE)
      await assert.rejects(
        database.listen('kinora_test', () => {}),
        OUTSIDE,
      )
      await trx.insertInto('probes').values(row('a')).execute()
    })
    assert.equal((await database.kysely.selectFrom('probes').selectAll().execute()).length, 1)
  })

  test('what a transaction started may use the database once the transaction is over', async () => {
    const { kysely, transaction } = await open()
    const over = Promise.withResolvers<void>()
    let later: Promise<unknown> | undefined
    await transaction(async trx => {
      await sql`select 1`.execute(trx)
      later = over.promise.then(() => kysely.selectFrom('runs').selectAll().execute())
    })
    over.resolve()
    assert.deepEqual(await later, [])
  })

  test('concurrent transactions and plain statements do not see each other before they commit', async () => {
    const { kysely, transaction } = await open()
    const increments = Array.from({ length: 20 }, (_, index) =>
      transaction(async trx => {
        await trx
          .insertInto('probes')
          .values(row(`${index}`))
          .execute()
        if (index % 2) throw new Error('undo')
      }).catch(() => {}),
    )
    const plain = Array.from({ length: 10 }, (_, index) =>
      kysely
        .insertInto('probes')
        .values(row(`p${index}`))
        .execute(),
    )
    await Promise.all([...increments, ...plain])
    assert.equal((await kysely.selectFrom('probes').select('key').execute()).length, 20)
  })

  test('a transaction that awaits something else for too long is undone, and its late statements are refused', async () => {
    const { kysely, transaction } = await open()
    const late = Promise.withResolvers<void>()
    let leftover: Promise<unknown> | undefined
    const hanging = transaction(
      async trx => {
        await trx.insertInto('probes').values(row('a')).execute()
        leftover = late.promise.then(() => trx.insertInto('probes').values(row('b')).execute())
        await leftover
      },
      { deadlineMs: 50 },
    )
    await assert.rejects(hanging, { code: 'unavailable' })
    late.resolve()
    await assert.rejects(leftover as Promise<unknown>, /transaction is (over|already rolled back)/i)
    assert.deepEqual(await kysely.selectFrom('probes').selectAll().execute(), [])
  })

  if (engine === 'postgres')
    test('transactions that deadlock are tried again until both are through', async () => {
      const { kysely, transaction } = await open()
      await kysely
        .insertInto('probes')
        .values([row('a'), row('b')])
        .execute()
      const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let runs = 0
      const lockBoth = (first: string, second: string, mine: number) =>
        transaction(async trx => {
          runs += 1
          await trx.updateTable('probes').set({ probe: '1' }).where('key', '=', first).execute()
          met[mine]?.resolve()
          await met[1 - mine]?.promise
          await trx.updateTable('probes').set({ probe: '2' }).where('key', '=', second).execute()
        })
      await Promise.all([lockBoth('a', 'b', 0), lockBoth('b', 'a', 1)])
      assert.equal(runs, 3)
    })
})
