// node-errors: what ComfyUI has against a workflow is told with the node, its input, and what is wrong with it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeErrorsIn, refusalIn } from '../../../../src/providers/image/comfyui/node-errors.ts'

const NOT_IN_LIST = { type: 'value_not_in_list', message: 'Value not in list' }
const vae = (input_config: unknown) => ({ input_name: 'vae', input_config, received_value: 'x' })
const many = Array.from({ length: 7 }, (_, index) => `model-${index + 1}`)

// As ComfyUI's execution.py writes them; an older one has no extra_info.
const ERRORS: readonly (readonly [error: object, words: string])[] = [
  [
    { type: 'required_input_missing', message: 'Required input is missing', details: 'clip' },
    ', input clip: it is missing',
  ],
  [
    { ...NOT_IN_LIST, details: "vae: 'x' not in ['a', 'b']", extra_info: vae([['a', 'b'], {}]) },
    ', input vae: there is no "x", only a, b',
  ],
  [
    { ...NOT_IN_LIST, details: "vae: 'x' not in []", extra_info: vae([[], {}]) },
    ', input vae: there is no "x", and the server has none',
  ],
  [
    { ...NOT_IN_LIST, details: "vae: 'x' not in (list of length 31)", extra_info: vae(null) },
    ', input vae: there is no "x"',
  ],
  [
    { ...NOT_IN_LIST, details: "vae: 'x' not in [...]", extra_info: vae(['COMBO', { options: many }]) },
    ', input vae: there is no "x", only model-1, model-2, model-3, model-4, model-5 and 2 more',
  ],
  [{ ...NOT_IN_LIST, details: "vae: 'x' not in ['a']" }, ", input vae: Value not in list: vae: 'x' not in ['a']"],
  [
    { type: 'value_smaller_than_min', message: 'Value 8 smaller than min of 16', details: 'width', extra_info: {} },
    ', input width: 8 is less than 16',
  ],
  [
    { type: 'value_bigger_than_max', message: 'Value 9 bigger than max of 1.0', details: 'denoise' },
    ', input denoise: 9 is more than 1.0',
  ],
  [
    {
      ...{ type: 'invalid_input_type', message: 'Failed to convert an input value to a INT value' },
      ...{ details: 'steps, x, invalid literal', extra_info: { input_config: ['INT', {}], received_value: 'x' } },
    },
    ', input steps: "x" is no whole number',
  ],
  [
    {
      ...{ type: 'return_type_mismatch', message: 'Return type mismatch between linked nodes' },
      ...{ details: 'model, received_type(VAE)', extra_info: { input_config: ['MODEL', {}], received_type: 'VAE' } },
    },
    ', input model: it is linked to a VAE, and takes a MODEL',
  ],
  [
    {
      ...{ type: 'custom_validation_failed', message: 'Custom validation failed for node' },
      ...{ details: 'image - Invalid image file: x.png', extra_info: { input_name: 'image' } },
    },
    ', input image: Invalid image file: x.png',
  ],
  [
    { type: 'exception_during_validation', message: 'Exception when validating node', details: 'No len()' },
    ': Exception when validating node: No len()',
  ],
  [{}, ': something is wrong with it'],
]

for (const [error, words] of ERRORS)
  test(`${JSON.stringify(error).slice(0, 60)} is told as "${words}"`, () => {
    const said = { node_errors: { 4: { class_type: 'Loader', errors: [error], dependent_outputs: ['9'] } } }
    assert.deepEqual(nodeErrorsIn(said), [`node 4 (Loader)${words}`])
  })

test('all of several nodes is told in one sentence, and what has nothing against nodes is none', () => {
  const error = { type: 'required_input_missing', message: '', details: 'clip' }
  const said = { error: {}, node_errors: { 1: { class_type: 'A', errors: [error] }, 'two:3': { errors: [error] } } }
  assert.equal(
    refusalIn(said),
    'the workflow cannot run: node 1 (A), input clip: it is missing; node two:3, input clip: it is missing',
  )
  for (const none of [undefined, null, 'no', {}, { node_errors: {} }, { node_errors: [] }, { node_errors: { 1: 7 } }])
    assert.equal(refusalIn(none), undefined, JSON.stringify(none))
})
