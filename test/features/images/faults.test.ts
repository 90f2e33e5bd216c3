// faults: what is wrong with a request, all of it at once, in the document's form and words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachHouse } from '../../fixtures/house.ts'
import { openImages } from './open-door.ts'

type Fault = { type: string; loc: (string | number)[]; msg: string; input: unknown }

const INTEGER = 'Input should be a valid integer'

// A body, and what its only fault is.
const PARAMETERS: readonly (readonly [Record<string, unknown>, string, string])[] = [
  [{ width: 127 }, 'greater_equal', 'Input should be greater than or equal to 128'],
  [{ height: 2049 }, 'less_equal', 'Input should be less than or equal to 2048'],
  [{ width: 'wide' }, 'int_parsing', `${INTEGER}, unable to parse string as an integer`],
  [{ width: '' }, 'int_parsing', `${INTEGER}, unable to parse string as an integer`],
  [{ width: 512.5 }, 'int_from_float', `${INTEGER}, got a number with a fractional part`],
  [{ width: [512] }, 'int_type', INTEGER],
  [{ width: true }, 'int_type', INTEGER],
  [{ width: { px: 512 } }, 'int_type', INTEGER],
  [{ width: 1e300 }, 'less_equal', 'Input should be less than or equal to 2048'],
  [{ height: '-5' }, 'greater_equal', 'Input should be greater than or equal to 128'],
  [{ aspect_ratio: '16/9' }, 'string_pattern_mismatch', "String should match pattern '^[1-9]\\d{0,3}:[1-9]\\d{0,3}$'"],
  [{ aspect_ratio: '0:1' }, 'string_pattern_mismatch', "String should match pattern '^[1-9]\\d{0,3}:[1-9]\\d{0,3}$'"],
  [{ aspect_ratio: 1.5 }, 'string_type', 'Input should be a valid string'],
  [{ num_outputs: 0 }, 'greater_equal', 'Input should be greater than or equal to 1'],
  [{ num_outputs: 5 }, 'less_equal', 'Input should be less than or equal to 4'],
  [{ num_inference_steps: 0 }, 'greater_equal', 'Input should be greater than or equal to 1'],
  [{ guidance_scale: 'much' }, 'float_parsing', 'Input should be a valid number, unable to parse string as a number'],
  [{ guidance_scale: [] }, 'float_type', 'Input should be a valid number'],
  [{ guidance_scale: -0.1 }, 'greater_equal', 'Input should be greater than or equal to 0'],
  [{ seed: -1 }, 'greater_equal', 'Input should be greater than or equal to 0'],
  [{ seed: 2 ** 32 }, 'less_equal', 'Input should be less than or equal to 4294967295'],
  [{ output_format: 'gif' }, 'literal_error', "Input should be 'png', 'jpg', 'jpeg' or 'webp'"],
  [{ output_format: 7 }, 'literal_error', "Input should be 'png', 'jpg', 'jpeg' or 'webp'"],
  [{ output_quality: 101 }, 'less_equal', 'Input should be less than or equal to 100'],
  [{ negative_prompt: 5 }, 'string_type', 'Input should be a valid string'],
  [{ negative_prompt: 'n'.repeat(4001) }, 'string_too_long', 'String should have at most 4000 characters'],
  [
    { model: 'paintr' },
    'literal_error',
    "Input should be 'painter', 'listed' or 'owner/shaped'; did you mean 'painter'?",
  ],
  [{ model: 'stable-diffusion-9' }, 'literal_error', "Input should be 'painter', 'listed' or 'owner/shaped'"],
  [{ model: '__proto__' }, 'literal_error', "Input should be 'painter', 'listed' or 'owner/shaped'"],
]

const BODIES: readonly (readonly [unknown, Omit<Fault, 'input'> & { input?: unknown }])[] = [
  [{}, { type: 'missing', loc: ['body', 'prompt'], msg: 'Field required', input: {} }],
  [{ prompt: null }, { type: 'string_type', loc: ['body', 'prompt'], msg: 'Input should be a valid string' }],
  [{ prompt: 7 }, { type: 'string_type', loc: ['body', 'prompt'], msg: 'Input should be a valid string' }],
  [
    { prompt: 'p'.repeat(4001) },
    { type: 'string_too_long', loc: ['body', 'prompt'], msg: 'String should have at most 4000 characters' },
  ],
  [
    { prompt: 'x', parameters: [] },
    {
      type: 'model_attributes_type',
      loc: ['body', 'parameters'],
      msg: 'Input should be a valid dictionary or object to extract fields from',
    },
  ],
  [
    { prompt: 'x', metadata: 'y' },
    { type: 'dict_type', loc: ['body', 'metadata'], msg: 'Input should be a valid dictionary' },
  ],
  [
    { prompt: 'x', metadata: { notes: 'y'.repeat(16 * 1024) } },
    {
      type: 'value_error',
      loc: ['body', 'metadata'],
      msg: 'Value error, this may have at most 16 KiB as JSON',
      input: '…',
    },
  ],
  [
    { prompt: 'x', private: 'maybe' },
    { type: 'bool_type', loc: ['body', 'private'], msg: 'Input should be a valid boolean' },
  ],
  [
    { prompt: 'x', webhook_url: 'example.com/hook' },
    {
      type: 'url_parsing',
      loc: ['body', 'webhook_url'],
      msg: 'Input should be a valid URL, relative URL without a base',
    },
  ],
  [
    { prompt: 'x', webhook_url: 'ftp://example.com' },
    { type: 'url_scheme', loc: ['body', 'webhook_url'], msg: "URL scheme should be 'http' or 'https'" },
  ],
  [
    { prompt: 'x', webhook_url: `https://example.com/${'x'.repeat(2083)}` },
    { type: 'string_too_long', loc: ['body', 'webhook_url'], msg: 'String should have at most 2083 characters' },
  ],
]

forEachHouse(
  house => {
    test('the faults of the document are told in its very words, all at once', async () => {
      await using images = await openImages(house())
      const reply = await images.generate({ prompt: '', parameters: { width: -1, height: 5000 } })
      assert.equal(reply.status, 422)
      assert.deepEqual(reply.json(), {
        detail: [
          {
            type: 'string_too_short',
            loc: ['body', 'prompt'],
            msg: 'String should have at least 1 character',
            input: '',
          },
          {
            type: 'greater_equal',
            loc: ['body', 'parameters', 'width'],
            msg: 'Input should be greater than or equal to 128',
            input: -1,
          },
          {
            type: 'less_equal',
            loc: ['body', 'parameters', 'height'],
            msg: 'Input should be less than or equal to 2048',
            input: 5000,
          },
        ],
      })
    })

    test('every wrong parameter is told', async () => {
      await using images = await openImages(house())
      for (const [parameters, type, msg] of PARAMETERS) {
        const reply = await images.generate({ prompt: 'x', parameters })
        const [[name, input] = assert.fail()] = Object.entries(parameters)
        const fault = { type, loc: ['body', 'parameters', name], msg, input }
        assert.deepEqual([reply.status, reply.json()], [422, { detail: [fault] }], JSON.stringify(parameters))
      }
    })

    test('every wrong body is told', async () => {
      await using images = await openImages(house())
      for (const [body, fault] of BODIES) {
        const reply = await images.generate(body)
        const input = (body as Record<string, unknown>)[String(fault.loc.at(-1))]
        assert.deepEqual([reply.status, reply.json()], [422, { detail: [{ input, ...fault }] }], JSON.stringify(body))
      }
    })

    test('one fault does not hide another', async () => {
      await using images = await openImages(house())
      const parameters = { model: 'nothing', seed: 'x', output_quality: -1, guidance_scale: '7..5' }
      const webhook_url = 'http://169.254.169.254/latest'
      const { detail } = (await images.generate({ parameters, webhook_url, metadata: [] })).json() as unknown as {
        detail: Fault[]
      }
      assert.deepEqual(detail.map(({ loc }) => loc.slice(1).join('.')).sort(), [
        ...['metadata', 'parameters.guidance_scale', 'parameters.model', 'parameters.output_quality'],
        ...['parameters.seed', 'prompt', 'webhook_url'],
      ])
      assert.match(detail.find(({ loc }) => loc[1] === 'webhook_url')?.msg ?? '', /^Value error, /)
    })

    test('what is no JSON, or none that can be kept, is told in the same form', async () => {
      await using images = await openImages(house())
      const post = async (body: string, type = 'application/json') =>
        await images.send('POST', '/api/v1/jobs/generate', { body, headers: { 'content-type': type } })
      const broken = await post('{"prompt" 7}')
      assert.deepEqual(
        [broken.status, broken.json()],
        [422, { detail: [{ type: 'json_invalid', loc: ['body', 10], msg: 'JSON decode error', input: {} }] }],
      )
      const none = await post('')
      assert.deepEqual(
        [none.status, none.json()],
        [422, { detail: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }] }],
      )
      for (const body of ['[]', '"x"', '7']) {
        const { status, json } = await post(body)
        assert.deepEqual([status, (json()['detail'] as Fault[])[0]?.type], [422, 'model_attributes_type'], body)
      }
      const nul = await post('{"prompt": "a\\u0000b"}')
      assert.deepEqual(
        [nul.status, (nul.json()['detail'] as Fault[]).map(({ type, loc }) => [type, ...loc])],
        [422, [['value_error', 'body', 'prompt']]],
      )
      const text = await post('prompt=x', 'text/plain')
      assert.equal(text.status, 415)
      assert.deepEqual(Object.keys(text.json()).sort(), ['detail', 'request_id'])
      assert.equal((await post(`{"prompt": "${'x'.repeat(300_000)}"}`)).status, 413)
    })

    test('numbers may be text, null is nothing, and names that nobody knows are ignored, but not in silence', async () => {
      await using images = await openImages(house())
      const parameters = { width: '640', height: ' 480 ', guidance_scale: '2.5', seed: null, widht: 3, prompt: 'y' }
      const reply = await images.generate({
        prompt: 'x',
        parameters,
        webhook_url: null,
        metadata: null,
        seed: 3,
        zzz: 1,
      })
      assert.equal(reply.status, 201, String(reply.bytes))
      assert.deepEqual(reply.json()['warnings'], [
        { loc: ['body', 'seed'], msg: 'This is not known, and ignored; did you mean parameters.seed?' },
        { loc: ['body', 'zzz'], msg: 'This is not known, and ignored' },
        { loc: ['body', 'parameters', 'widht'], msg: 'This is not known, and ignored; did you mean width?' },
        {
          loc: ['body', 'parameters', 'prompt'],
          msg: 'This is not known, and ignored; did you mean prompt beside parameters?',
        },
      ])
    })

    test('faults of a query are told alike', async () => {
      await using images = await openImages(house())
      const reply = await images.get('/api/v1/jobs?page=0&per_page=101&status=done&created_after=yesterday')
      const { detail } = reply.json() as unknown as { detail: Fault[] }
      assert.equal(reply.status, 422)
      assert.deepEqual(
        detail.map(({ type, loc, input }) => [type, ...loc, input]),
        [
          ['greater_equal', 'query', 'page', '0'],
          ['less_equal', 'query', 'per_page', '101'],
          ['literal_error', 'query', 'status', 'done'],
          ['datetime_parsing', 'query', 'created_after', 'yesterday'],
        ],
      )
      const [fault] = ((await images.get('/api/v1/jobs?page=two')).json() as unknown as { detail: Fault[] }).detail
      assert.equal(fault?.type, 'int_parsing')
    })
  },
  ['pglite'],
)
