// models: which models of Replicate there are by name, and how orders are written for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCards } from '../../../../src/providers/image/replicate/models.ts'
import { replicateProvider } from '../../../../src/providers/image/replicate/replicate.ts'
import { orderFor } from '../../../contracts/image-provider.ts'
import { FLUX, orderOf, providerOf, SDXL, watchfulWork } from '../../../fixtures/vendors/replicate/attempt.ts'
import { startReplicate } from '../../../fixtures/vendors/replicate.ts'

const OLDER_SDXL = `${SDXL}:39ed52f2a78e934b3ba6e2a89f5b1c712de7dfea535525255b1aa35c5565e08b`

test('without names there are the two that are known', () => {
  assert.deepEqual(
    openCards(undefined).map(({ model }) => model.name),
    [FLUX, SDXL],
  )
})

test('a version that is named is the one that is asked', async () => {
  await using vendor = await startReplicate()
  const provider = replicateProvider({ url: vendor.url, token: vendor.key, models: [OLDER_SDXL] })
  await provider.generate(orderOf(provider, OLDER_SDXL, { negativePrompt: 'fog' }), watchfulWork())
  assert.equal(`${SDXL}:${vendor.predictions[0]?.version}`, OLDER_SDXL)
  assert.equal(vendor.orders[0]?.negativePrompt, 'fog')
  assert.deepEqual(vendor.complaints, [])
})

for (const name of ['flux', 'a/b/c', 'owner/name:latest', 'owner/../name', ''])
  test(`"${name}" is no name of a model`, () => {
    assert.throws(() => openCards([name]), { code: 'config_invalid' })
  })

test('a seed that was asked for makes the same picture again: FLUX does not hurry then', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  for (const seedIsAsked of [true, false])
    await provider.generate(orderOf(provider, FLUX, { seedIsAsked }), watchfulWork())
  assert.deepEqual(
    vendor.predictions.map(({ input }) => input['go_fast']),
    [false, true],
  )
})

test('each shape that FLUX is said to know is one that it makes in that size', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  const [model] = provider.models
  assert.ok(model?.sizes.kind === 'shapes')
  for (const { ratio, ...size } of model.sizes.shapes) {
    await provider.generate(orderFor(model, { ratio, size }), watchfulWork())
    const made = vendor.orders.at(-1)
    assert.deepEqual({ widthPx: made?.widthPx, heightPx: made?.heightPx }, size, ratio)
  }
  assert.deepEqual(vendor.complaints, [])
})

test('quality is for the formats that have it', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  for (const format of ['png', 'jpg'] as const)
    await provider.generate(orderOf(provider, FLUX, { format, quality: 61 }), watchfulWork())
  assert.deepEqual(
    vendor.predictions.map(({ input }) => input['output_quality']),
    [undefined, 61],
  )
})

test('a model that nobody has met is asked for little', async () => {
  await using vendor = await startReplicate()
  const provider = providerOf(vendor)
  await provider.generate(orderOf(provider, 'acme/painter', { ratio: '1:1' }), watchfulWork())
  await provider.generate(orderOf(provider, 'acme/painter', { ratio: '9:16' }), watchfulWork())
  assert.deepEqual(
    vendor.predictions.map(({ input }) => Object.keys(input)),
    [
      ['prompt', 'seed'],
      ['prompt', 'seed', 'aspect_ratio'],
    ],
  )
})
