// shapes: the place that the page keeps for a picture is as large as what the service will make.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit } from '../../../../src/features/images/fit.ts'
import type { Model } from '../../../../src/features/images/page/browser/answers.ts'
import { expectedSize, RATIOS, sizeFor } from '../../../../src/features/images/page/browser/shapes.ts'
import type { ImageModel, Size } from '../../../../src/providers/image/contract.ts'
import { modelOf } from '../../../../src/providers/image/openai/models.ts'
import { LISTED, PAINTER, SHAPED } from '../models.ts'

const NARROW: ImageModel = {
  ...PAINTER,
  name: 'narrow',
  sizes: { kind: 'free', minPx: 500, maxPx: 800, multipleOf: 64, usual: { widthPx: 512, heightPx: 512 } },
}

for (const model of [PAINTER, NARROW, SHAPED, LISTED, modelOf('gpt-image-2')])
  test(`${model.name} (${model.sizes.kind}): a shape is offered with the size that is made of it, and no other`, () => {
    for (const ratio of RATIOS) {
      const { order, warnings } = fit({ prompt: 'x', ratio }, model, 1)
      const { widthPx: width, heightPx: height } = order.size
      if (warnings.length === 0) assert.deepEqual(sizeFor(told(model), ratio), { width, height }, ratio)
      else if (model.sizes.kind !== 'free') assert.equal(sizeFor(told(model), ratio), undefined, ratio)
    }
  })

test('width and height count more than a shape, and without a model the shape alone is known', () => {
  assert.deepEqual(expectedSize({ width: 640, height: 200, aspect_ratio: '1:1' }, told(PAINTER)), {
    width: 640,
    height: 200,
  })
  assert.deepEqual(expectedSize({ aspect_ratio: '1:1' }, told(LISTED)), { width: 512, height: 512 })
  assert.deepEqual(expectedSize({ aspect_ratio: '3:2' }), { width: 1536, height: 1024 })
})

/** As GET /api/v1/models tells it. */
function told({ sizes }: ImageModel): Pick<Model, 'sizes'> {
  const toSize = ({ widthPx: width, heightPx: height }: Size) => ({ width, height })
  if (sizes.kind === 'list') return { sizes: { kind: 'list', sizes: sizes.sizes.map(toSize) } }
  if (sizes.kind === 'shapes') return { sizes: { kind: 'shapes', shapes: sizes.shapes.map(toSize) } }
  const { minPx: min, maxPx: max, multipleOf: multiple_of, usual } = sizes
  return { sizes: { kind: 'free', min, max, multiple_of, default: toSize(usual) } }
}
