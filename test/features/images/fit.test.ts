// fit: whatever is asked for, the order is what the model can do, and nothing is changed in silence.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fit, type Wanted } from '../../../src/features/images/fit.ts'
import { IMAGE_FORMATS, type ImageModel, type SizeRule } from '../../../src/providers/image/contract.ts'
import { modelOf } from '../../../src/providers/image/openai/models.ts'
import { replicateProvider } from '../../../src/providers/image/replicate/replicate.ts'
import { LISTED, PAINTER, SHAPED } from './models.ts'

const side = fc.integer({ min: 128, max: 2048 })
const size = fc.record({ widthPx: side, heightPx: side })
const ratio = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 }))
  .map(([width, height]) => `${width}:${height}`)
const range = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))
  .map(values => values.toSorted((a, b) => a - b))
  .map(([min = 0, usual = 0, max = 0]) => ({ min, usual, max }))

const free = fc
  .record({
    multipleOf: fc.constantFrom(1, 8, 16, 64),
    least: fc.integer({ min: 1, max: 10 }),
    more: fc.nat(30),
    slack: fc.nat(7),
    usual: fc.tuple(fc.nat(30), fc.nat(30)),
  })
  .map(({ multipleOf, least, more, slack, usual }): SizeRule => {
    const of = (steps: number) => multipleOf * (least + Math.min(more, steps))
    const offset = Math.min(slack, multipleOf - 1)
    return {
      ...{ kind: 'free', multipleOf, minPx: of(0) - offset, maxPx: of(more) + offset },
      usual: { widthPx: of(usual[0]), heightPx: of(usual[1]) },
    }
  })
const shapes = fc
  .array(fc.record({ ratio, widthPx: side, heightPx: side }), { minLength: 1, maxLength: 9 })
  .map((list): SizeRule => ({ kind: 'shapes', shapes: list }))
const list = fc
  .tuple(size, fc.array(size, { maxLength: 5 }))
  .map(([first, rest]): SizeRule => ({ kind: 'list', sizes: [first, ...rest] }))

const model = fc.record(
  {
    name: fc.constant('any'),
    about: fc.constant('Any.'),
    kind: fc.constantFrom('trained' as const, 'algorithmic' as const),
    sizes: fc.oneof(free, shapes, list),
    maxCount: fc.integer({ min: 1, max: 4 }),
    steps: range,
    guidance: range,
    takesNegativePrompt: fc.boolean(),
    takesSeed: fc.boolean(),
    formats: fc.constantFrom(['png'], ['webp'], ['jpg', 'png'], ['png', 'jpg', 'webp']) as fc.Arbitrary<
      ImageModel['formats']
    >,
    usualMs: fc.constant(1000),
  },
  {
    requiredKeys: [
      'name',
      'about',
      'kind',
      'sizes',
      'maxCount',
      'takesNegativePrompt',
      'takesSeed',
      'formats',
      'usualMs',
    ],
  },
) as fc.Arbitrary<ImageModel>

const wanted = fc.record(
  {
    prompt: fc.string({ minLength: 1 }),
    negativePrompt: fc.string(),
    widthPx: side,
    heightPx: side,
    ratio,
    count: fc.integer({ min: 1, max: 4 }),
    steps: fc.integer({ min: 1, max: 500 }),
    guidance: fc.double({ min: 0, max: 50, noNaN: true }),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    format: fc.constantFrom(...IMAGE_FORMATS),
    quality: fc.integer({ min: 0, max: 100 }),
  },
  { requiredKeys: ['prompt'] },
) as fc.Arbitrary<Wanted>

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 })

function isMade(rule: SizeRule, { widthPx, heightPx }: { widthPx: number; heightPx: number }, shape?: string): boolean {
  if (rule.kind === 'shapes')
    return rule.shapes.some(one => one.widthPx === widthPx && one.heightPx === heightPx && one.ratio === shape)
  if (rule.kind === 'list') return rule.sizes.some(one => one.widthPx === widthPx && one.heightPx === heightPx)
  return [widthPx, heightPx].every(px => px >= rule.minPx && px <= rule.maxPx && px % rule.multipleOf === 0)
}

test('an order is always within what the model can do', () => {
  const property = fc.property(wanted, model, seed, (asked, maker, chosen) => {
    const { order } = fit(asked, maker, chosen)
    assert.ok(isMade(maker.sizes, order.size, order.ratio), JSON.stringify(order.size))
    assert.equal(order.ratio !== undefined, maker.sizes.kind === 'shapes')
    assert.ok(order.count >= 1 && order.count <= maker.maxCount)
    for (const [value, limits] of [
      [order.steps, maker.steps],
      [order.guidance, maker.guidance],
    ] as const) {
      assert.equal(value === undefined, limits === undefined)
      if (limits && value !== undefined) assert.ok(value >= limits.min && value <= limits.max)
    }
    assert.ok(Number.isInteger(order.seed) && order.seed >= 0 && order.seed < 2 ** 31)
    assert.equal(order.seedIsAsked, asked.seed !== undefined)
    assert.ok(order.negativePrompt === undefined || maker.takesNegativePrompt)
  })
  fc.assert(property, { numRuns: 3000 })
})

test('whatever is not as it was asked for is told, and nothing else', () => {
  const property = fc.property(wanted, model, seed, (asked, maker, chosen) => {
    const { order, warnings } = fit(asked, maker, chosen)
    const told = (parameter: string) => warnings.some(({ pointer }) => pointer === `/parameters/${parameter}`)
    const { widthPx, heightPx } = asked
    if (widthPx !== undefined && widthPx !== order.size.widthPx) assert.ok(told('width'))
    if (heightPx !== undefined && heightPx !== order.size.heightPx) assert.ok(told('height'))
    for (const [parameter, value, given] of [
      ['num_outputs', asked.count, order.count],
      ['num_inference_steps', asked.steps, order.steps],
      ['guidance_scale', asked.guidance, order.guidance],
    ] as const)
      assert.equal(told(parameter), value !== undefined && value !== given, parameter)
    assert.equal(told('seed'), asked.seed !== undefined && (!maker.takesSeed || asked.seed !== order.seed))
    assert.equal(told('negative_prompt'), (asked.negativePrompt ?? '') !== '' && !maker.takesNegativePrompt)
    assert.equal(told('output_format'), asked.format !== undefined && !maker.formats.includes(asked.format))
    for (const { pointer } of warnings)
      assert.ok(pointer !== '/parameters/output_quality' || (asked.quality !== undefined && order.format === 'png'))
  })
  fc.assert(property, { numRuns: 3000 })
})

test('what a model can do is done without a word', () => {
  const asked = { prompt: 'x', widthPx: 640, heightPx: 360, steps: 9, guidance: 3, seed: 7, negativePrompt: 'y' }
  const { order, warnings } = fit({ ...asked, ratio: '16:9', format: 'jpg', quality: 30, count: 3 }, PAINTER, 1)
  assert.deepEqual(warnings, [])
  assert.deepEqual(order, {
    ...{ model: 'painter', prompt: 'x', negativePrompt: 'y', size: { widthPx: 640, heightPx: 360 }, count: 3 },
    ...{ steps: 9, guidance: 3, seed: 7, seedIsAsked: true, format: 'jpg', quality: 30 },
  })
  assert.deepEqual(fit({ prompt: 'x' }, PAINTER, 5).order, {
    ...{ model: 'painter', prompt: 'x', size: { widthPx: 1024, heightPx: 1024 }, count: 1, steps: 4, guidance: 7.5 },
    ...{ seed: 5, seedIsAsked: false, format: 'png', quality: 90 },
  })
})

const GPT_IMAGE_2 = modelOf('gpt-image-2')

const SIZES: readonly [Omit<Wanted, 'prompt'>, ImageModel, readonly [number, number], readonly string[]][] = [
  [{ ratio: '16:9' }, PAINTER, [1365, 768], []],
  [{ ratio: '9999:1' }, PAINTER, [2048, 128], ['aspect_ratio']],
  [{ widthPx: 800 }, PAINTER, [800, 800], ['height']],
  [{ heightPx: 720, ratio: '16:9' }, PAINTER, [1280, 720], ['width']],
  [{ widthPx: 800, heightPx: 600, ratio: '1:1' }, PAINTER, [800, 600], ['aspect_ratio']],
  [{ ratio: '16:9' }, SHAPED, [1344, 768], []],
  [{ ratio: '3:2' }, SHAPED, [1344, 768], ['aspect_ratio']],
  [{ widthPx: 1920, heightPx: 1080 }, SHAPED, [1344, 768], ['width', 'height']],
  [{ widthPx: 600, heightPx: 600 }, LISTED, [512, 512], ['width', 'height']],
  [{ widthPx: 1920, heightPx: 1080 }, LISTED, [1792, 1024], ['width', 'height']],
  [{ widthPx: 1600, heightPx: 1200 }, GPT_IMAGE_2, [1600, 1200], []],
  [{ widthPx: 1920, heightPx: 1080 }, GPT_IMAGE_2, [1920, 1088], ['height']],
  [{ widthPx: 512, heightPx: 512 }, GPT_IMAGE_2, [816, 816], ['width', 'height']],
  [{ widthPx: 256, heightPx: 128 }, GPT_IMAGE_2, [1152, 576], ['width', 'height']],
  [{ widthPx: 2048, heightPx: 256 }, GPT_IMAGE_2, [1440, 480], ['width', 'height']],
  [{ ratio: '16:9' }, GPT_IMAGE_2, [1360, 768], []],
  [{ ratio: '1:9' }, GPT_IMAGE_2, [592, 1776], ['aspect_ratio']],
]

for (const [asked, maker, [widthPx, heightPx], told] of SIZES)
  test(`${JSON.stringify(asked)} of "${maker.name}" is ${widthPx}×${heightPx}`, () => {
    const { order, warnings } = fit({ prompt: 'x', ...asked }, maker, 0)
    assert.deepEqual(order.size, { widthPx, heightPx })
    assert.deepEqual(
      warnings.map(({ pointer }) => pointer),
      told.map(name => `/parameters/${name}`),
    )
  })

test('of limits on the shape and on all pixels, too, the nearest size is chosen, whatever is asked for', () => {
  const sides = fc.integer({ min: 1, max: 8000 })
  const property = fc.property(fc.record({ widthPx: sides, heightPx: sides }), asked => {
    const { widthPx, heightPx } = fit({ prompt: 'x', ...asked }, GPT_IMAGE_2, 1).order.size
    const [shorter, longer] = [Math.min(widthPx, heightPx), Math.max(widthPx, heightPx)]
    assert.deepEqual([widthPx % 16, heightPx % 16], [0, 0])
    assert.ok(longer <= 3840 && longer <= 3 * shorter, `${widthPx}x${heightPx}`)
    assert.ok(widthPx * heightPx >= 655_360 && widthPx * heightPx <= 8_294_400, `${widthPx}x${heightPx}`)
    const shape = (size: { widthPx: number; heightPx: number }) => Math.log(size.widthPx / size.heightPx)
    const ideal = Math.min(Math.log(3), Math.max(-Math.log(3), shape(asked)))
    // Two steps of 16 on a side of 480.
    assert.ok(Math.abs(shape({ widthPx, heightPx }) - ideal) < 0.07, `${JSON.stringify(asked)}: ${widthPx}x${heightPx}`)
  })
  fc.assert(property, { numRuns: 3000 })
})

test('the own shapes of a model that is known are taken without a word', () => {
  const { models } = replicateProvider({ url: 'http://nowhere/v1', token: 'nobody-asks', models: undefined })
  const shapes = models.flatMap(maker =>
    maker.sizes.kind === 'shapes' ? maker.sizes.shapes.map(shape => ({ maker, shape })) : [],
  )
  assert.ok(shapes.length > 5)
  for (const { maker, shape } of shapes) {
    const { order, warnings } = fit({ prompt: 'x', ratio: shape.ratio }, maker, 1)
    assert.deepEqual([order.ratio, warnings], [shape.ratio, []], shape.ratio)
  }
})
