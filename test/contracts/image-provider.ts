// image-provider: every promise of those who make pictures, as tests that each of them runs against its local vendor.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import sharp from 'sharp'
import { AppError, type ErrorCode } from '../../src/lib/errors.ts'
import type {
  Generated,
  ImageModel,
  ImageOrder,
  ImageProvider,
  Picture,
  Size,
} from '../../src/providers/image/contract.ts'
import type { FakeVendor, VendorFault } from '../fixtures/vendors/contract.ts'
import { work } from '../fixtures/vendors/work.ts'

/** The faults that a vendor tells of in words, and what they mean. */
const TOLD = {
  unauthorized: 'provider_refused',
  unpaid: 'provider_refused',
  invalid: 'provider_refused',
  unsafe: 'provider_refused',
  throttled: 'provider_busy',
  broken: 'provider_failed',
} as const satisfies Partial<Record<VendorFault, ErrorCode>>

/** The vendor has done what it was asked to, and nobody can tell what. */
const UNREADABLE = ['half', 'wrong-answer', 'nothing'] as const satisfies readonly VendorFault[]
const SPOILT = ['no-picture', 'torn-picture'] as const satisfies readonly VendorFault[]

export type ImageProviderTrial = {
  start: () => Promise<FakeVendor>
  /** Takes `vendor.url` and `vendor.key`. */
  open: (vendor: FakeVendor) => ImageProvider | Promise<ImageProvider>
  /** The first of the provider's unless it is named. */
  model?: string
  /** The vendor's own words, which the caller must hear; or why this vendor never has such a fault. */
  says: Readonly<Record<keyof typeof TOLD, RegExp | { readonly never: string }>>
  /** Whether the vendor can be told to stop. */
  stops: boolean
  /** Whether an attempt that follows a crash finds what the one before it has ordered. */
  findsAgain: boolean
  /** Whether what it answers may have its pictures anywhere. */
  nests: 'anywhere' | 'never'
}

const SEEDS = [0, 1_234_567, 2 ** 31 - 1]

const PROMPTS = {
  quotes: `a sign that says "it's {open}" \\ 100% \${free} {{prompt}}`,
  unicode: 'ein Fuchs im Schnee, 雪の中の狐, 🦊🏽, עברית, e\u0301',
  lines: 'first line\nsecond line\r\n\tthird',
}

export function imageProviderContract(name: string, trial: ImageProviderTrial): void {
  describe(`${name} keeps the contract of those who make pictures`, () => {
    let vendor: FakeVendor
    let provider: ImageProvider
    let model: ImageModel
    beforeEach(async () => {
      vendor = await trial.start()
      provider = await trial.open(vendor)
      const found = provider.models.find(({ name }) => name === (trial.model ?? provider.models[0]?.name))
      assert.ok(found, 'there is such a model')
      model = found
    })
    afterEach(async () => {
      const { complaints } = vendor
      await vendor[Symbol.asyncDispose]()
      assert.deepEqual(complaints, [], 'the vendor has been sent nothing but what it documents')
    })

    test('a picture has the size and the format that were ordered', async () => {
      for (const format of model.formats) {
        const size = sizeFor(model)
        const { pictures } = await provider.generate(orderFor(model, { format }), work())
        const { width, height, format: made } = await sharp(await bytesOf(pictures[0])).metadata()
        assert.deepEqual([width, height, made], [size.widthPx, size.heightPx, format === 'jpg' ? 'jpeg' : format])
      }
    })

    test('as many pictures as were ordered come, each of its own', async () => {
      const count = Math.min(3, model.maxCount)
      const { pictures, warnings } = await provider.generate(orderFor(model, { count }), work())
      assert.equal(pictures.length, count)
      assert.deepEqual(warnings, [])
      for (const picture of pictures)
        await sharp(await bytesOf(picture))
          .raw()
          .toBuffer()
    })

    for (const [kind, prompt] of Object.entries(PROMPTS))
      test(`a prompt with ${kind} arrives as it was written`, async () => {
        const negativePrompt = `not ${prompt}`
        await provider.generate(
          orderFor(model, { prompt, ...(model.takesNegativePrompt && { negativePrompt }) }),
          work(),
        )
        assert.equal(vendor.orders[0]?.prompt, prompt)
        if (model.takesNegativePrompt) assert.equal(vendor.orders[0]?.negativePrompt, negativePrompt)
      })

    test('the seed arrives where the model takes one, and none where it does not', async () => {
      for (const seed of SEEDS) await provider.generate(orderFor(model, { seed, seedIsAsked: true }), work())
      const arrived = vendor.orders.map(({ seed }) => seed)
      assert.deepEqual(arrived, model.takesSeed ? SEEDS : SEEDS.map(() => undefined))
    })

    for (const [fault, code] of Object.entries(TOLD) as [keyof typeof TOLD, ErrorCode][]) {
      const words = trial.says[fault]
      if ('never' in words) continue
      test(`${fault} is ${code}, in the vendor's own words and without the key`, async () => {
        vendor.fail(fault)
        const error = await failure(provider.generate(orderFor(model), work()))
        assert.equal(error.code, code, error.message)
        assert.match(error.message, words)
        assertSpeakable(error)
        if (fault === 'throttled') assert.ok(error.retryAfterMs > 0, 'it says when to come back')
      })
    }

    for (const fault of UNREADABLE)
      test(`a success that cannot be read (${fault}) is never bought again, and what there was is told`, async () => {
        vendor.fail(fault)
        const error = await lastFailure()
        assert.match(error.code, /^(provider_unreadable|unavailable)$/, error.message)
        assert.ok(vendor.orders.length <= 1, `${vendor.orders.length} orders`)
        assertSpeakable(error)
      })

    if (trial.nests === 'anywhere')
      test('pictures are found in an answer of another shape than documented', async () => {
        vendor.fail('nested')
        await decodeAll(provider.generate(orderFor(model), work()))
        assert.equal(vendor.orders.length, 1)
      })

    for (const fault of SPOILT)
      test(`bytes that are no picture (${fault}) fail, here or where they are decoded`, async () => {
        vendor.fail(fault)
        const error = await failure(decodeAll(provider.generate(orderFor(model), work())))
        assert.match(error.code, /^(provider_unreadable|media_damaged)$/, error.message)
      })

    test('after a fault that passes, the next attempt gets its picture', async () => {
      vendor.fail('broken', 1)
      await failure(provider.generate(orderFor(model), work()))
      vendor.heal()
      await decodeAll(provider.generate(orderFor(model), work()))
    })

    test('what was given up before it began orders nothing', async () => {
      const signal = AbortSignal.abort(new AppError('cancelled', 'Cancelled'))
      assert.equal((await failure(provider.generate(orderFor(model), work({ signal })))).code, 'cancelled')
      assert.equal(vendor.orders.length, 0)
    })

    // At once is while the vendor's first answer is still on its way; later is while it is waited for.
    for (const [when, ms] of [
      ['at once', 0],
      ['later', 150],
    ] as const) {
      for (const code of ['cancelled', 'provider_timeout'] as const)
        test(`an order without end ends when it is given up ${when} (${code}), and the vendor is told where it can be`, async () => {
          vendor.fail('endless')
          const attempt = begin()
          await ordered(1)
          await delay(ms)
          assert.equal((await attempt.abort(code)).code, code)
          if (trial.stops) await until(() => vendor.orders[0]?.cancelled === true, 'the vendor has been told to stop')
          assert.equal(vendor.orders.length, 1)
        })

      test(`a worker that stops ${when} leaves the vendor at work`, async () => {
        // Long enough for the worker to stop meanwhile, also on a busy machine.
        vendor.take(1_500)
        const attempt = begin()
        await ordered(1)
        await delay(ms)
        assert.equal((await attempt.abort('worker_stopping')).code, 'worker_stopping')
        assert.equal(vendor.orders[0]?.cancelled, false)
        vendor.take(0)
        const found = attempt.kept()
        await decodeAll(provider.generate(orderFor(model), work({ found })))
        if (trial.findsAgain) assert.equal(vendor.orders.length, 1, 'nothing is ordered, and paid for, twice')
      })
    }

    // As the engine does: again after a failure that may pass; the notes are kept when it has only not been reached.
    async function lastFailure(): Promise<AppError> {
      let found: unknown
      for (let attempts = 1; ; attempts++) {
        const attempt = work({ found })
        const error = await failure(provider.generate(orderFor(model), attempt))
        if (!error.retry || attempts === 4) return error
        found = error.code === 'unavailable' ? attempt.kept() : undefined
      }
    }

    function begin() {
      const controller = new AbortController()
      const attempt = work({ signal: controller.signal })
      const ended = failure(provider.generate(orderFor(model), attempt))
      return {
        kept: attempt.kept,
        async abort(code: ErrorCode) {
          controller.abort(new AppError(code, 'The test has had enough'))
          return await ended
        },
      }
    }

    async function ordered(count: number): Promise<void> {
      await until(() => vendor.orders.length === count, 'the vendor has the order')
    }

    function assertSpeakable({ message }: AppError): void {
      assert.ok(message.startsWith(provider.name), message)
      for (const secret of [vendor.key, Buffer.from(vendor.key).toString('base64')])
        assert.ok(secret === '' || !message.includes(secret), message)
      assert.doesNotMatch(message, /127\.0\.0\.1|node_modules|\n/)
    }
  })
}

/** An order of a picture that is small, and not as wide as it is high where the model knows such. */
export function orderFor(model: ImageModel, asked: Partial<ImageOrder> = {}): ImageOrder {
  const { ratio, ...size } = sizeFor(model)
  return {
    model: model.name,
    prompt: 'a lighthouse at dusk',
    size,
    ...(ratio !== undefined && { ratio }),
    ...{ count: 1, seed: 42, seedIsAsked: false, format: model.formats[0], quality: 80 },
    ...(model.steps?.usual !== undefined && { steps: model.steps.usual }),
    ...(model.guidance?.usual !== undefined && { guidance: model.guidance.usual }),
    ...asked,
  }
}

function sizeFor({ sizes }: ImageModel): Size & { readonly ratio?: string } {
  if (sizes.kind === 'shapes') return sizes.shapes[1] ?? assert.fail('there is one shape only')
  if (sizes.kind === 'list') return sizes.sizes[1] ?? sizes.sizes[0]
  const step = sizes.multipleOf
  if (sizes.area) return { widthPx: sizes.usual.widthPx, heightPx: sizes.usual.heightPx + step }
  const widthPx = Math.ceil(sizes.minPx / step) * step
  return { widthPx, heightPx: Math.min(widthPx + step, sizes.maxPx) }
}

async function bytesOf(picture: Picture | undefined): Promise<Buffer> {
  assert.ok(picture, 'there is a picture')
  if ('bytes' in picture) return picture.bytes
  const answer = await fetch(picture.url)
  assert.equal(answer.status, 200, picture.url)
  return Buffer.from(await answer.arrayBuffer())
}

// As the step does that takes them from the provider: what cannot be decoded to the last pixel is no picture.
async function decodeAll(generating: Promise<Generated>): Promise<void> {
  const { pictures } = await generating
  assert.ok(pictures.length > 0, 'there are pictures')
  for (const picture of pictures) {
    const bytes = await bytesOf(picture)
    await sharp(bytes, { failOn: 'truncated' })
      .raw()
      .toBuffer()
      .catch(cause => {
        throw new AppError('media_damaged', 'This is no picture', { cause })
      })
  }
}

async function failure(going: Promise<unknown>): Promise<AppError> {
  const thrown = await going.then(
    () => assert.fail('it has not failed'),
    (thrown: unknown) => thrown,
  )
  if (thrown instanceof AppError) return thrown
  throw thrown
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const late = AbortSignal.timeout(10_000)
  while (!condition()) {
    if (late.aborted) throw new Error(`it never came that ${what}`)
    await delay(5)
  }
}
