// paying-once: what was asked of Replicate, and may have been paid for, is found again before it is asked for anew.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../../src/lib/errors.ts'
import {
  dyingWork,
  FLUX,
  orderOf,
  providerOf,
  SDXL,
  watchfulWork,
} from '../../../fixtures/vendors/replicate/attempt.ts'
import { startReplicate } from '../../../fixtures/vendors/replicate.ts'

const INPUT = { aspect_ratio: '16:9', megapixels: '1', num_outputs: 1, num_inference_steps: 4, seed: 42 }
const FLUX_INPUT = {
  ...INPUT,
  prompt: 'a lighthouse at dusk',
  output_format: 'webp',
  output_quality: 80,
  go_fast: true,
}

test('an attempt that knows the prediction goes on with it, and looks at once', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.askElsewhere(FLUX, FLUX_INPUT, 3600_000)
  const found = { askedAt: new Date().toISOString(), id: vendor.predictions[0]?.id }
  await delay(5)
  const attempt = watchfulWork({ found })
  const { pictures } = await provider.generate(orderOf(provider, FLUX), attempt)
  assert.equal(pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
  assert.deepEqual(attempt.pauses, [])
})

for (const model of [FLUX, SDXL])
  for (const clockMs of [-20_000, 0, 20_000])
    test(`an attempt that knows only that it has asked finds the prediction (${model}, their clock ${clockMs} ms ahead)`, async () => {
      await using vendor = await startReplicate()
      const provider = providerOf(vendor)
      const order = orderOf(provider, model)
      vendor.take(200)
      vendor.shiftClock(clockMs)
      const dying = dyingWork()
      await assert.rejects(provider.generate(order, dying), /killed/)
      // It lies on the third page by now.
      vendor.shiftClock(clockMs + 1000)
      for (const seed of [1, 2, 3, 4, 5, 6, 7]) await provider.generate({ ...order, seed }, watchfulWork())
      const attempt = watchfulWork({ found: dying.kept() })
      await provider.generate(order, attempt)
      assert.equal(vendor.orders.filter(({ seed }) => seed === order.seed).length, 1)
      assert.equal((attempt.kept() as { id: string }).id, vendor.predictions[0]?.id)
      assert.deepEqual(vendor.complaints, [])
    })

const OTHERS = {
  'another seed': { input: { ...FLUX_INPUT, seed: 43 }, agoMs: 0 },
  'more in its input': { input: { ...FLUX_INPUT, disable_safety_checker: false }, agoMs: 0 },
  'a date of long ago': { input: FLUX_INPUT, agoMs: 3600_000 },
}

for (const [what, { input, agoMs }] of Object.entries(OTHERS))
  test(`a prediction with ${what} is somebody else's`, async () => {
    await using vendor = await startReplicate()
    const provider = providerOf(vendor)
    vendor.askElsewhere(FLUX, input, agoMs)
    const attempt = watchfulWork({ found: { askedAt: new Date().toISOString() } })
    await provider.generate(orderOf(provider, FLUX), attempt)
    assert.equal(vendor.orders.length, 2)
    assert.equal((attempt.kept() as { id: string }).id, vendor.predictions[1]?.id)
  })

test("a prediction that sends its word elsewhere is somebody else's", async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  const order = orderOf(provider, FLUX)
  const [one, other] = ['http://127.0.0.1:9/runs/one', 'http://127.0.0.1:9/runs/other']
  await provider.generate(order, watchfulWork({ wordUrl: one }))
  const found = { askedAt: new Date().toISOString() }
  await provider.generate(order, watchfulWork({ found, wordUrl: other }))
  assert.deepEqual(
    vendor.predictions.map(({ webhook }) => webhook),
    [one, other],
  )
  await provider.generate(order, watchfulWork({ found, wordUrl: one }))
  assert.equal(vendor.orders.length, 2)
})

test('a prediction that has failed is not taken for an answer', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.fail('unsafe', 1)
  const failed = watchfulWork()
  await assert.rejects(provider.generate(orderOf(provider, FLUX), failed), { code: 'provider_refused' })
  const { askedAt } = failed.kept() as { askedAt: string }
  await provider.generate(orderOf(provider, FLUX), watchfulWork({ found: { askedAt } }))
  assert.equal(vendor.orders.length, 2)
})

test('where the list cannot be read for a while, it is read later; where it never can, nothing is ordered', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  const order = orderOf(provider, FLUX)
  const dying = dyingWork()
  await assert.rejects(provider.generate(order, dying), /killed/)
  vendor.stumble(1000, 'broken')
  const failing = watchfulWork({ found: dying.kept() })
  await assert.rejects(provider.generate(order, failing), {
    code: 'unavailable',
    message: /^Replicate API error: Inter/,
  })
  assert.deepEqual(failing.kept(), dying.kept())
  vendor.heal()
  vendor.stumble(2, 'half')
  await provider.generate(order, watchfulWork({ found: dying.kept() }))
  assert.equal(vendor.orders.length, 1)
})

test('an order whose answer broke off is found in the same attempt', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.lose('half')
  const { pictures } = await provider.generate(orderOf(provider, FLUX), watchfulWork())
  assert.equal(pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
  assert.equal(vendor.heard.filter(errand => errand.startsWith('POST')).length, 1)
})

test('an order whose answer broke off is left to the next attempt where the list cannot be read either', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.lose('half')
  vendor.stumble(1000, 'broken')
  const attempt = watchfulWork()
  await assert.rejects(provider.generate(orderOf(provider, FLUX), attempt), { code: 'unavailable' })
  vendor.heal()
  await provider.generate(orderOf(provider, FLUX), watchfulWork({ found: attempt.kept() }))
  assert.equal(vendor.orders.length, 1)
})

test('an order whose answer never comes is stopped all the same when nobody wants it any more', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.take(60_000)
  vendor.lose('silence')
  const controller = new AbortController()
  const ended = provider.generate(orderOf(provider, FLUX), watchfulWork({ signal: controller.signal }))
  const given = assert.rejects(ended, { code: 'cancelled' })
  while (vendor.orders.length === 0) await delay(5)
  controller.abort(new AppError('cancelled', 'Cancelled'))
  await given
  assert.equal(vendor.orders[0]?.cancelled, true)
})

for (const fault of ['throttled', 'broken', 'half', 'unpaid'] as const)
  test(`the client does not ask again by itself (${fault})`, async () => {
    await using vendor = await startReplicate()
    const provider = providerOf(vendor)
    vendor.fail(fault)
    await assert.rejects(provider.generate(orderOf(provider, FLUX), watchfulWork()))
    assert.equal(vendor.heard.filter(errand => errand.startsWith('POST')).length, 1)
  })

test('nobody there is provider_failed at once: nothing can have been ordered', async () => {
  const vendor = await startReplicate()
  const provider = providerOf(vendor)
  await vendor[Symbol.asyncDispose]()
  const attempt = watchfulWork()
  await assert.rejects(provider.generate(orderOf(provider, FLUX), attempt), { code: 'provider_failed' })
  assert.deepEqual(attempt.pauses, [])
})
