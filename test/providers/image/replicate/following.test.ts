// following: a prediction is looked after with patience until it ends, and what it ends with is told as it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type ErrorCode } from '../../../../src/lib/errors.ts'
import { replicateWord } from '../../../../src/providers/image/replicate/word.ts'
import { openReceiver } from '../../../fixtures/receiver.ts'
import { FLUX, orderOf, providerOf, SDXL, watchfulWork } from '../../../fixtures/vendors/replicate/attempt.ts'
import { startReplicate } from '../../../fixtures/vendors/replicate.ts'

test('the pauses between two looks grow to three seconds, and word of the prediction ends them', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.fail('endless')
  const controller = new AbortController()
  const attempt = watchfulWork({ signal: controller.signal })
  const work = {
    ...attempt,
    async pause(ms: number, name?: string) {
      if (attempt.pauses.length === 15) controller.abort(new AppError('worker_stopping', 'Stopping'))
      await attempt.pause(ms, name)
    },
  }
  await assert.rejects(provider.generate(orderOf(provider, FLUX), work), { code: 'worker_stopping' })
  const lengths = attempt.pauses.map(({ ms }) => ms)
  assert.equal(lengths[0], 100)
  assert.equal(lengths.at(-1), 3000)
  assert.deepEqual(
    lengths,
    lengths.toSorted((one, other) => one - other),
  )
  assert.deepEqual(new Set(attempt.pauses.map(({ name }) => name)), new Set([vendor.predictions[0]?.id]))
})

test('word from Replicate ends a pause', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  await using receiver = await openReceiver()
  const readWord = replicateWord({ url: vendor.url, token: vendor.key, models: undefined })
  const told = Promise.withResolvers<string>()
  receiver.answer(({ headers, body }) => {
    readWord(headers, Buffer.from(body)).then(told.resolve, told.reject)
    return 200
  })
  vendor.take(50)
  const names: unknown[] = []
  const work = {
    ...watchfulWork({ wordUrl: `${receiver.url}/word` }),
    // It waits for nothing else, however short the pause.
    async pause(_ms: number, name?: string) {
      names.push(name)
      assert.equal(await told.promise, name)
    },
  }
  await provider.generate(orderOf(provider, FLUX), work)
  assert.equal(names.length, 1)
  assert.equal(receiver.heard[0]?.path, '/word')
  assert.deepEqual(vendor.complaints, [])
})

test('looks that fail while a prediction runs are no failure of it', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.stumble(6, 'broken')
  vendor.stumble(6, 'half')
  const { pictures } = await provider.generate(orderOf(provider, FLUX), watchfulWork())
  assert.equal(pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
})

test('who is told to wait waits as long as that, also where word comes meanwhile', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.stumble(1, { throttledSeconds: 7 })
  const attempt = watchfulWork()
  await provider.generate(orderOf(provider, FLUX), attempt)
  assert.deepEqual(attempt.pauses[1], { ms: 7000, name: undefined })
  assert.equal(vendor.heard.filter(errand => errand.startsWith('GET')).length, 2)
})

test('after many failed looks in a row it is given up for now, and the next attempt goes on with the same prediction', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.stumble(1000, 'broken')
  const attempt = watchfulWork()
  const order = orderOf(provider, FLUX)
  await assert.rejects(provider.generate(order, attempt), { code: 'unavailable', message: /Internal server error/ })
  assert.ok(attempt.pauses.reduce((total, { ms }) => total + ms, 0) > 120_000, 'two minutes are many')
  vendor.heal()
  await provider.generate(order, watchfulWork({ found: attempt.kept() }))
  assert.equal(vendor.orders.length, 1)
})

test('progress is what the model prints', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.take(5000)
  const controller = new AbortController()
  const work = {
    ...watchfulWork({ signal: controller.signal }),
    progress(fraction: number) {
      if (fraction > 0 && fraction < 1) controller.abort(new AppError('cancelled', 'Seen enough'))
    },
  }
  await assert.rejects(provider.generate(orderOf(provider, SDXL), work), { code: 'cancelled' })
  assert.equal(vendor.orders[0]?.cancelled, true)
})

const ENDS: readonly [string, Parameters<Awaited<ReturnType<typeof startReplicate>>['end']>[0], ErrorCode, RegExp][] = [
  [
    'flagged',
    { status: 'failed', error: 'The input or output was flagged as sensitive. (E005)' },
    'provider_refused',
    /E005/,
  ],
  ['failed', { status: 'failed', error: 'CUDA out of memory' }, 'provider_failed', /: CUDA out of memory$/],
  ['failed without a word', { status: 'failed' }, 'provider_failed', /does not say why/],
  ['aborted', { status: 'aborted' }, 'provider_failed', /aborted before it began/],
  ['canceled by somebody else', { status: 'canceled' }, 'provider_refused', /canceled at Replicate/],
  ['without output', { status: 'succeeded', output: null }, 'provider_unreadable', /no picture in null/],
  ['with an empty list', { status: 'succeeded', output: [] }, 'provider_unreadable', /no picture in \[\]/],
  ['with something else', { status: 'succeeded', output: [{ text: 'hello' }] }, 'provider_unreadable', /no picture/],
  ['with another scheme', { status: 'succeeded', output: 'file:///etc/passwd' }, 'provider_unreadable', /no picture/],
]

for (const [what, ending, code, message] of ENDS)
  test(`a prediction that ends ${what} is ${code}`, async () => {
    await using vendor = await startReplicate()
    const provider = providerOf(vendor)
    vendor.end(ending)
    await assert.rejects(provider.generate(orderOf(provider, FLUX), watchfulWork()), { code, message })
    assert.equal(vendor.orders[0]?.cancelled, false)
  })

test('a picture may come as a data: URI, alone', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.end({ status: 'succeeded', output: 'data:image/png;base64,aGVsbG8=' })
  const { pictures } = await provider.generate(orderOf(provider, FLUX), watchfulWork())
  assert.deepEqual(pictures, [{ bytes: Buffer.from('hello') }])
})

const [A, B] = ['https://replicate.delivery/a.png', 'https://replicate.delivery/b.png']
const OUTPUTS: readonly (readonly [output: unknown, urls: readonly string[]])[] = [
  [A, [A]],
  [[A], [A]],
  [{ image: A }, [A]],
  [[{ url: A }], [A]],
  [{ images: [{ url: A }], seed: 7 }, [A]],
  [{ output: { files: { first: { href: A } } }, logs: 'made' }, [A]],
  [{ image: A, mask: B }, [A]],
  [
    [A, B],
    [A, B],
  ],
]

for (const [output, urls] of OUTPUTS)
  test(`in ${JSON.stringify(output)} the pictures are found, all of what was paid for`, async () => {
    await using vendor = await startReplicate()
    const provider = providerOf(vendor)
    vendor.end({ status: 'succeeded', output })
    const { pictures, warnings } = await provider.generate(orderOf(provider, FLUX), watchfulWork())
    assert.deepEqual(
      pictures,
      urls.map(url => ({ url })),
    )
    assert.deepEqual([vendor.orders.length, warnings.length], [1, urls.length - 1])
  })

test('fewer pictures than were ordered is a warning', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.end({ status: 'succeeded', heldBack: 1 })
  const { pictures, warnings } = await provider.generate(orderOf(provider, SDXL, { count: 3 }), watchfulWork())
  assert.equal(pictures.length, 2)
  assert.deepEqual(warnings, ['Replicate made 2 of 3 pictures'])
})

test('a worker that stops leaves a prediction running that it waits to hear of', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  vendor.fail('endless')
  const controller = new AbortController()
  const ended = provider.generate(orderOf(provider, FLUX), watchfulWork({ signal: controller.signal }))
  const given = assert.rejects(ended, { code: 'worker_stopping' })
  while (!vendor.heard.some(errand => errand.startsWith('GET'))) await delay(5)
  controller.abort(new AppError('worker_stopping', 'Stopping'))
  await given
  assert.ok(vendor.heard.every(errand => !errand.endsWith('/cancel')))
})
