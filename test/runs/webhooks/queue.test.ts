// queue.test: the deliveries table is the queue: nothing is lost with a sender, and nobody is held up by another.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { claimDelivery, takeOverDeliveries } from '../../../src/runs/webhooks/claim.ts'
import { DELAYS_SECONDS } from '../../../src/runs/webhooks/delays.ts'
import { send } from '../../../src/runs/webhooks/send.ts'
import { settle } from '../../../src/runs/webhooks/settle.ts'
import { forEachHouse } from '../../fixtures/house.ts'
import { HANG, openReceiver } from '../../fixtures/receiver.ts'
import { planOnly } from '../../fixtures/steps.ts'
import { answersOf, deliveriesOf, FETCHER, meansOf, sendFrom, startHeard } from './sending.ts'

const CLAIM = { doors: ['pipelines'], busy: { hosts: [], owners: [] }, leaseSeconds: 60 }

forEachHouse(house => {
  // What one test leaves to be sent is nothing to the next.
  afterEach(() => house().db.execute('delete from deliveries'))

  test('order holds within a run, while the receiver of another run hangs', async () => {
    await using deaf = await openReceiver()
    await using good = await openReceiver()
    const late = Promise.withResolvers<void>()
    deaf.answer((_heard, index) => (index === 0 ? response => void late.promise.then(() => response.end()) : 204))
    await using _sender = await sendFrom(house(), { concurrency: 4 })
    house().play(...planOnly())
    const runs = [await startHeard(house(), deaf.url), await startHeard(house(), good.url)]
    for (const run of runs) await house().ended(run)
    const heard = await good.until(2)
    assert.deepEqual(
      heard.map(({ type }) => type),
      ['job.started', 'job.completed'],
    )
    // Its completion is there to be told, and waits for its start to be heard.
    assert.deepEqual((await deaf.until(1)).length, 1)
    late.resolve()
    assert.deepEqual(
      (await deaf.until(2)).map(({ type }) => type),
      ['job.started', 'job.completed'],
    )
    assert.equal(new Set([...heard, ...deaf.heard].map(({ id }) => id)).size, 4)
  })

  test('many runs with a receiver that hangs take a quarter of the slots, and no more', async () => {
    await using deaf = await openReceiver()
    await using good = await openReceiver()
    deaf.answer(() => HANG)
    house().play(...planOnly())
    for (let index = 0; index < 5; index++) await house().ended(await startHeard(house(), deaf.url, 'flooder'))
    await using _sender = await sendFrom(house(), { concurrency: 8 })
    await deaf.until(2)
    await house().ended(await startHeard(house(), good.url, 'somebody'))
    await good.until(2)
    assert.equal(deaf.heard.length, 2)
  })

  test('many receivers of one owner that hang leave room for those of others', async () => {
    const deaf = await Promise.all(Array.from({ length: 6 }, () => openReceiver()))
    await using good = await openReceiver()
    try {
      house().play(...planOnly())
      for (const receiver of deaf) {
        receiver.answer(() => HANG)
        await house().ended(await startHeard(house(), receiver.url, 'flooder of many'))
      }
      await using _sender = await sendFrom(house(), { concurrency: 4 })
      await house().ended(await startHeard(house(), good.url, 'somebody'))
      await good.until(2)
      assert.ok(deaf.filter(({ heard }) => heard.length > 0).length <= 2)
    } finally {
      for (const receiver of deaf) await receiver.close()
    }
  })

  test('a sender that dies between claim and record: it is sent again under the same id, and costs no failure', async () => {
    await using receiver = await openReceiver()
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    const dead = await claimDelivery(house().db.kysely, CLAIM)
    assert.ok(dead)
    await send(meansOf(house()), dead, { timeoutMs: 10_000, signal: new AbortController().signal })
    // While the lease runs nobody else takes it, nor what comes after it.
    assert.equal(await claimDelivery(house().db.kysely, CLAIM), undefined)
    await house().db.execute('update deliveries set leased_until = now() where id = $1', [dead.id])
    await using _sender = await sendFrom(house())
    const [first, second, third] = await receiver.until(3)
    assert.deepEqual([first?.id, first?.body], [second?.id, second?.body])
    assert.equal(third?.type, 'job.completed')
    const [started] = await deliveriesOf(house(), run)
    assert.deepEqual(started && answersOf(started), ['interrupted', 204])
  })

  test('a sender that was taken for dead changes nothing any more', async () => {
    await using receiver = await openReceiver()
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    const stale = await claimDelivery(house().db.kysely, CLAIM)
    assert.ok(stale)
    await takeOverDeliveries(house().db)
    const current = await claimDelivery(house().db.kysely, CLAIM)
    assert.deepEqual([current?.id, current?.attempt], [stale.id, stale.attempt + 1])
    for (const status of [200, 500, 410]) await settle(house().db, stale, { durationMs: 1, status }, DELAYS_SECONDS)
    const now = await deliveriesOf(house(), run, () => true)
    assert.deepEqual(
      now.map(({ status }) => status),
      ['pending', 'pending'],
    )
    assert.ok(current)
    await settle(house().db, current, { durationMs: 1, status: 200 }, DELAYS_SECONDS)
    assert.equal((await deliveriesOf(house(), run, () => true))[0]?.status, 'delivered')
    await using _sender = await sendFrom(house())
    await deliveriesOf(house(), run)
  })

  test('a sender that stops hands back what hangs, and the next one sends it, at once', async () => {
    await using receiver = await openReceiver()
    receiver.answer((_heard, index) => (index === 0 ? HANG : 204))
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    const sender = await sendFrom(house())
    await receiver.until(1)
    await sender.stop()
    const [handedBack] = await deliveriesOf(house(), run, () => true)
    assert.deepEqual([handedBack?.status, handedBack && answersOf(handedBack)], ['pending', ['interrupted']])
    await using _next = await sendFrom(house())
    assert.deepEqual(new Set((await receiver.until(3)).map(({ id }) => id)).size, 2)
  })

  test('two senders never send the same delivery at the same time', async () => {
    await using receiver = await openReceiver()
    house().play(...planOnly())
    await using _one = await sendFrom(house())
    await using _other = await sendFrom(house())
    const runs = await Promise.all(Array.from({ length: 15 }, () => startHeard(house(), receiver.url)))
    for (const run of runs) await house().ended(run)
    for (const run of runs) await deliveriesOf(house(), run)
    assert.equal(receiver.heard.length, 30)
    assert.equal(new Set(receiver.heard.map(({ id }) => id)).size, 30)
  })

  test('what cannot be worded is a failed attempt, and the sender goes on', async () => {
    await using receiver = await openReceiver()
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    const claimed = await claimDelivery(house().db.kysely, CLAIM)
    assert.ok(claimed)
    const speechless = { ...meansOf(house(), FETCHER), tellers: new Map() }
    const outcome = await send(speechless, claimed, { timeoutMs: 1000, signal: new AbortController().signal })
    assert.equal(outcome.reason, 'internal')
    await settle(house().db, claimed, outcome, [0, 0])
    await using _sender = await sendFrom(house())
    assert.deepEqual((await deliveriesOf(house(), run)).map(answersOf), [['internal', 204], [204]])
  })
})
