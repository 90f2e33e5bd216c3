// generate: an order finds its way to its pictures when the server is older, deaf, slow, or has been asked by somebody who is dead.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open, SAVED, twice, until } from './attempts.ts'

for (const age of ['newer', 'older'] as const) {
  const manner = age === 'older' ? { age } : {}
  test(`${age}: what waits when its worker dies is waited for by the next`, async context => {
    const { vendor, attempt, other } = await open(context, manner)
    const theirs = await other()
    const first = attempt()
    await until(() => vendor.waiting().length === 1)
    await first.die()
    const second = attempt(first.notes())
    await until(() => vendor.listening() > 0)
    await theirs.end()
    assert.equal((await second.ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 2)
  })

  test(`${age}: what runs when its worker dies is waited for by the next`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.take(200)
    const first = attempt()
    await until(() => vendor.running() !== undefined)
    await first.die()
    assert.equal((await attempt(first.notes()).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: what ends while nobody is there is fetched`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.take(50)
    const first = attempt()
    await until(() => vendor.running() !== undefined)
    await first.die()
    await until(() => vendor.running() === undefined)
    assert.equal((await attempt(first.notes()).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: what was ordered by one who died before hearing its name is found`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.take(200)
    const first = attempt()
    // As the notes are before the order is sent.
    await until(() => first.notes() !== undefined)
    const notes = first.notes()
    await until(() => vendor.orders.length === 1)
    await first.die()
    assert.equal((await attempt(notes).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: an answer to the order that breaks off orders nothing twice`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.breakOff('/prompt')
    assert.equal((await attempt().ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: what waits is taken out of the queue when it is given up, and what others have ordered goes on`, async context => {
    const { vendor, attempt, other } = await open(context, manner)
    const theirs = await other()
    const mine = attempt()
    await until(() => vendor.waiting().length === 1)
    await mine.giveUp()
    assert.deepEqual(
      vendor.orders.map(({ cancelled }) => cancelled),
      [false, true],
    )
    assert.deepEqual([vendor.waiting().length, vendor.running() !== undefined], [0, true])
    await theirs.end()
  })

  test(`${age}: what runs is interrupted when it is given up, and what others have ordered comes next`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.fail('endless', 1)
    const mine = attempt()
    await until(() => vendor.running() !== undefined)
    const theirs = attempt()
    await until(() => vendor.waiting().length === 1)
    await mine.giveUp()
    assert.equal((await theirs.ended).pictures.length, 1)
    assert.deepEqual(
      vendor.orders.map(({ cancelled }) => cancelled),
      [true, false],
    )
  })
}

test('what is given up while the server still looks at it is taken back once it is taken', async context => {
  const { vendor, attempt } = await open(context, { looksMs: 50 })
  vendor.fail('endless')
  const mine = attempt()
  await until(() => vendor.arrived() === 1)
  await mine.giveUp()
  await until(() => vendor.orders.length === 1)
  assert.equal(vendor.orders[0]?.cancelled, true)
})

test('who hears does not wait for the next look', { timeout: 20_000 }, async context => {
  const { vendor, attempt } = await open(context)
  const never = () => new Promise<void>(() => undefined)
  assert.equal((await attempt(undefined, 1, never).ended).pictures.length, 1)
  vendor.fail('unsafe')
  await assert.rejects(attempt(undefined, 1, never).ended, { code: 'provider_refused' })
})

test('notes of an order that was never sent lead to one', async context => {
  const { vendor, attempt } = await open(context)
  const id = crypto.randomUUID()
  assert.equal((await attempt({ clientId: id, promptId: id }).ended).pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
})

test('a WebSocket that is lost in the middle is no failure', async context => {
  const { vendor, attempt } = await open(context)
  vendor.take(300)
  const { ended, told } = attempt()
  await until(() => told.length > 2)
  vendor.dropSockets()
  assert.equal((await ended).pictures.length, 1)
  assert.ok(Math.max(...told) < 0.95, 'nothing more was heard')
})

test('a look that fails is taken again, and a picture that breaks off is fetched again', async context => {
  const { vendor, attempt } = await open(context)
  for (const path of ['/history', '/queue', '/view']) vendor.breakOff(path)
  assert.equal((await attempt().ended).pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
})

test('while nobody can know what becomes of an order, it is unavailable, and the next attempt goes on with it', async context => {
  const { vendor, attempt } = await open(context)
  for (const when of ['while it is waited for', 'when the answer to it is lost, too']) {
    const before = vendor.orders.length
    if (when !== 'while it is waited for') vendor.breakOff('/prompt')
    vendor.breakOff('/history', 20)
    const first = attempt()
    await assert.rejects(
      first.ended,
      { code: 'unavailable', message: /^ComfyUI API error: it cannot be reached/ },
      when,
    )
    vendor.breakOff('/history', 0)
    assert.equal((await attempt(first.notes()).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, before + 1, when)
  }
})

test('a server that is not there has failed, at once', async context => {
  const { vendor, attempt } = await open(context, {}, { ...twice(1), 9: SAVED })
  await vendor[Symbol.asyncDispose]()
  const never = () => assert.fail('there is nothing to wait for')
  await assert.rejects(attempt(undefined, 1, never).ended, { code: 'provider_failed' })
})

test('an order that the server has forgotten has failed', async context => {
  const { vendor, attempt } = await open(context)
  vendor.fail('endless')
  const { ended } = attempt()
  await until(() => vendor.running() !== undefined)
  vendor.forget()
  await assert.rejects(ended, { code: 'provider_failed', message: /does not know the order any more/ })
})

test('a server without a checkpoint refuses', async context => {
  const { attempt } = await open(context, { checkpoints: [] })
  await assert.rejects(attempt().ended, { code: 'provider_refused', message: /no checkpoint/ })
})
