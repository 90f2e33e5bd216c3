// A wake-up call is born with its transaction, comes once, in order, and never more at a time than there are slots.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/open.ts'
import { openQueue, type Queue, type SendOptions } from '../../src/queue/open.ts'
import { forEachDatabase } from '../fixtures/databases.ts'

forEachDatabase((engine, open) => {
  test('a committed send is handled once, and its entry is gone', async () => {
    await using trial = await openTrial(open)
    const handled = collect(3)
    await trial.queue.work('cpu', { concurrency: 2 }, handled.add)
    await Promise.all(['a', 'b', 'c'].map(id => trial.send('cpu', id)))
    await handled.complete
    assert.deepEqual(handled.ids.toSorted(), ['a', 'b', 'c'])
    assert.deepEqual(await trial.queue.waiting(), new Set())
  })

  test('a send in a transaction that is rolled back is never seen', async () => {
    await using trial = await openTrial(open)
    const handled = collect(1)
    await trial.queue.work('cpu', { concurrency: 1 }, handled.add)
    const undone = trial.database.transaction(async trx => {
      await trial.queue.send('cpu', 'undone', {}, trx)
      throw new Error('undo')
    })
    await assert.rejects(undone, /undo/)
    await trial.send('cpu', 'done')
    await handled.complete
    assert.deepEqual(handled.ids, ['done'])
  })

  test('the most urgent entry is taken first, the oldest among equals', async () => {
    await using trial = await openTrial(open)
    for (const [id, priority] of [
      ['late', -2],
      ['first', 5],
      ['second', 0],
      ['third', 0],
    ] as const)
      await trial.send('cpu', id, { priority })
    const handled = collect(4)
    await trial.queue.work('cpu', { concurrency: 1 }, handled.add)
    await handled.complete
    assert.deepEqual(handled.ids, ['first', 'second', 'third', 'late'])
  })

  test('a delayed entry waits for its time, and is counted meanwhile', async () => {
    await using trial = await openTrial(open)
    const handled = collect(2)
    await trial.queue.work('cpu', { concurrency: 2 }, handled.add)
    const sentAt = performance.now()
    await trial.send('cpu', 'later', { delaySeconds: 2 })
    assert.deepEqual(await trial.queue.waiting(), new Set(['later']))
    assert.deepEqual((await trial.queue.depth()).cpu, { due: 0, delayed: 1 })
    await trial.send('cpu', 'now')
    await handled.complete
    assert.deepEqual(handled.ids, ['now', 'later'])
    assert.ok(performance.now() - sentAt > 1990)
  })

  test('no more handlers run than there are slots, and every slot that is freed takes the next at once', async () => {
    await using trial = await openTrial(open)
    let running = 0
    let most = 0
    const handled = collect(30)
    await trial.queue.work('cpu', { concurrency: 3 }, async id => {
      most = Math.max(most, ++running)
      await new Promise(resolve => setTimeout(resolve, 5))
      running -= 1
      await handled.add(id)
    })
    await Promise.all(Array.from({ length: 30 }, (_, index) => trial.send('cpu', `${index}`)))
    await handled.complete
    assert.equal(most, 3)
    assert.equal(new Set(handled.ids).size, 30)
  })

  test('a slow queue does not hold up another, and one slot takes one entry', async () => {
    await using trial = await openTrial(open)
    const release = Promise.withResolvers<void>()
    const began = collect(1)
    await trial.queue.work('cpu', { concurrency: 1 }, async id => {
      await began.add(id)
      await release.promise
    })
    const quick = collect(1)
    await trial.queue.work('quick', { concurrency: 1 }, quick.add)
    await trial.send('cpu', 'slow', { priority: 1 })
    await trial.send('cpu', 'next')
    await began.complete
    await trial.send('quick', 'fast')
    await quick.complete
    assert.deepEqual(await trial.queue.waiting(), new Set(['next']))
    assert.deepEqual((await trial.queue.depth()).cpu, { due: 1, delayed: 0 })
    release.resolve()
  })

  test('a handler that throws is reported, and its slot goes on', async () => {
    await using trial = await openTrial(open)
    const handled = collect(1)
    await trial.queue.work('cpu', { concurrency: 1 }, async id => {
      if (id === 'bad') throw new Error('thrown')
      await handled.add(id)
    })
    await trial.send('cpu', 'bad', { priority: 1 })
    await trial.send('cpu', 'good')
    await handled.complete
    assert.deepEqual(trial.errors.splice(0).map(String), ['Error: thrown'])
  })

  test('stopping takes nothing more and leaves what is not taken to the next process', async () => {
    await using trial = await openTrial(open)
    const release = Promise.withResolvers<void>()
    const began = collect(1)
    await trial.queue.work('cpu', { concurrency: 1 }, async id => {
      await began.add(id)
      await release.promise
    })
    await trial.send('cpu', 'running')
    await began.complete
    await trial.send('cpu', 'kept')
    await trial.queue.stop({ timeoutMs: 20 })
    release.resolve()
    const next = await openQueue(trial.database, ['cpu'], error => trial.errors.push(error))
    const handled = collect(1)
    await next.work('cpu', { concurrency: 1 }, handled.add)
    await handled.complete
    assert.deepEqual([began.ids, handled.ids], [['running'], ['kept']])
    await next.stop({ timeoutMs: 1000 })
  })

  test('sends beside transactions of others neither hang nor get lost', async () => {
    await using trial = await openTrial(open)
    const handled = collect(40)
    await trial.queue.work('cpu', { concurrency: 4 }, async id => {
      await trial.database.transaction(trx => trx.insertInto('probes').values({ key: id, probe: '{}' }).execute())
      await handled.add(id)
    })
    const sends = Array.from({ length: 40 }, (_, index) => trial.send('cpu', `${index}`))
    const reads = Array.from({ length: 40 }, () => trial.queue.depth())
    await Promise.all([...sends, ...reads, handled.complete])
    assert.equal((await trial.database.kysely.selectFrom('probes').selectAll().execute()).length, 40)
  })

  if (engine === 'postgres')
    test('two processes that start and take at once share the entries', async () => {
      const database = await open()
      const errors: unknown[] = []
      const [one, other] = await Promise.all(
        [1, 2].map(() => openQueue(database, ['cpu'], error => errors.push(error))),
      )
      const handled = collect(50)
      const queues = [one, other] as Queue[]
      for (const queue of queues) await queue.work('cpu', { concurrency: 2 }, handled.add)
      for (let index = 0; index < 50; index++)
        await database.transaction(trx => queues[0]?.send('cpu', `${index}`, {}, trx) ?? Promise.resolve())
      await handled.complete
      await Promise.all(queues.map(queue => queue.stop({ timeoutMs: 1000 })))
      assert.equal(handled.ids.length, 50)
      assert.equal(new Set(handled.ids).size, 50)
      assert.deepEqual(errors, [])
    })
})

/** A queue whose background errors fail the test unless the test takes them. */
async function openTrial(open: () => Promise<Database>) {
  const database = await open()
  const errors: unknown[] = []
  const queue = await openQueue(database, ['cpu', 'quick'], error => errors.push(error))
  return {
    database,
    queue,
    errors,
    send: (name: string, id: string, options: SendOptions = {}) =>
      database.transaction(trx => queue.send(name, id, options, trx)),
    async [Symbol.asyncDispose]() {
      await queue.stop({ timeoutMs: 1000 })
      assert.deepEqual(errors, [])
    },
  }
}

/** A handler that resolves `complete` when it has been called `count` times. */
function collect(count: number) {
  const ids: string[] = []
  const all = Promise.withResolvers<void>()
  return {
    ids,
    complete: all.promise,
    async add(id: string) {
      if (ids.push(id) === count) all.resolve()
    },
  }
}
