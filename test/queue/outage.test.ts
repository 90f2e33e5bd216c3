// A database that goes away for a while stops the queue and nothing more.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { openDatabase } from '../../src/db/open.ts'
import { openQueue } from '../../src/queue/open.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'

let cluster: PostgresCluster
before(async () => {
  cluster = await startPostgres()
})
after(() => cluster?.stop())

test('entries that were acknowledged before a crash of the database are handled after it', async () => {
  const database = await openDatabase({ url: await cluster.createDatabase(), directory: tmpdir() })
  const failed = Promise.withResolvers<unknown>()
  const queue = await openQueue(database, ['cpu', 'quick'], failed.resolve)
  await database.transaction(trx => queue.send('cpu', 'before', {}, trx))
  const handled: string[] = []
  const complete = Promise.withResolvers<void>()
  await queue.work('quick', { concurrency: 1 }, async () => {})
  await cluster.stopImmediate()
  assert.equal(((await failed.promise) as { code: string }).code, 'unavailable')
  await assert.rejects(
    database.transaction(trx => queue.send('cpu', 'refused', {}, trx)),
    { code: 'unavailable' },
  )
  await queue.work('cpu', { concurrency: 1 }, async id => {
    if (handled.push(id) === 2) complete.resolve()
  })
  await cluster.start()
  await database.transaction(trx => queue.send('cpu', 'after', {}, trx))
  await complete.promise
  assert.deepEqual(handled, ['before', 'after'])
  await queue.stop({ timeoutMs: 1000 })
  await database.close()
})
