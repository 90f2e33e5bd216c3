// openai: what is asked of each model, and the ways in which servers answer that speak as OpenAI does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import type { ImageOrder } from '../../../../src/providers/image/contract.ts'
import { openAiProvider } from '../../../../src/providers/image/openai/openai.ts'
import { requestOf } from '../../../../src/providers/image/openai/request.ts'
import { serveVendor } from '../../../fixtures/vendors/http.ts'
import { startOpenAi } from '../../../fixtures/vendors/openai.ts'
import { work } from '../../../fixtures/vendors/work.ts'

const ORDER: ImageOrder = {
  ...{ model: 'gpt-image-1', prompt: 'a fox', size: { widthPx: 1024, heightPx: 1024 }, count: 1 },
  ...{ seed: 7, seedIsAsked: false, format: 'png', quality: 80 },
}

test('each model is asked in its own way, and for nothing that it does not have', () => {
  const asked = { prompt: 'a fox', n: 1, size: '1024x1024' }
  const samples: [Partial<ImageOrder>, object][] = [
    [{}, { output_format: 'png' }],
    [{ format: 'jpg' }, { output_format: 'jpeg', output_compression: 80 }],
    [
      { format: 'webp', quality: 0 },
      { output_format: 'webp', output_compression: 0 },
    ],
    [{ model: 'gpt-image-1-mini' }, { output_format: 'png' }],
    [{ model: 'gpt-image-9' }, { output_format: 'png' }],
    [{ model: 'chatgpt-image-latest' }, { output_format: 'png' }],
    [{ model: 'openai/gpt-image-2' }, { output_format: 'png' }],
    [{ model: 'dall-e-3' }, { response_format: 'b64_json' }],
    [
      { model: 'dall-e-2', count: 3 },
      { response_format: 'b64_json', n: 3 },
    ],
    [
      { model: 'flux', size: { widthPx: 640, heightPx: 384 } },
      { response_format: 'b64_json', size: '640x384' },
    ],
    [{ negativePrompt: 'snow', steps: 3, guidance: 2, seedIsAsked: true }, { output_format: 'png' }],
  ]
  for (const [order, expected] of samples) {
    const whole = { ...ORDER, ...order }
    assert.deepEqual(requestOf(whole, 'other'), { model: whole.model, ...asked, ...expected })
  }
})

test('models are known by name, and of others nothing is assumed', async () => {
  const models = [
    ...[
      'gpt-image-1',
      'gpt-image-9',
      'chatgpt-image-latest',
      'gpt-image-2',
      'gpt-image-2-2026-04-21',
      'gpt-image-2.5-x',
    ],
    ...['openai/gpt-image-2', 'gpt-image-21', 'dall-e-3', 'dall-e-2', 'flux'],
  ]
  const { models: data } = await openAiProvider({ url: 'https://api.openai.com/v1', key: undefined, models })
  assert.deepEqual(
    data.map(({ name, sizes, maxCount, formats }) => [name, sizes.kind, maxCount, formats.length]),
    [
      ['gpt-image-1', 'list', 10, 3],
      ['gpt-image-9', 'list', 10, 3],
      ['chatgpt-image-latest', 'list', 10, 3],
      ['gpt-image-2', 'free', 10, 3],
      ['gpt-image-2-2026-04-21', 'free', 10, 3],
      ['gpt-image-2.5-x', 'free', 10, 3],
      ['openai/gpt-image-2', 'free', 10, 3],
      ['gpt-image-21', 'list', 10, 3],
      ['dall-e-3', 'list', 1, 1],
      ['dall-e-2', 'list', 10, 1],
      ['flux', 'free', 4, 1],
    ],
  )
  assert.ok(data.every(model => !model.takesSeed && !model.takesNegativePrompt && !model.steps && !model.guidance))
})

test('only OpenAI itself is called OpenAI, and gpt-image-1 is its usual model', async () => {
  const open = (url: string) => openAiProvider({ url, key: undefined, models: undefined })
  assert.equal((await open('https://api.openai.com/v1')).name, 'OpenAI')
  assert.equal((await open('http://127.0.0.1:1/v1')).name, 'OpenAI-compatible server')
  assert.deepEqual(
    (await open('https://api.openai.com/v1')).models.map(({ name }) => name),
    ['gpt-image-1'],
  )
})

test('without a key none is sent, and a sentence for an error is passed on', async () => {
  let sent: string | undefined
  await using server = await serveVendor(
    ({ headers }) => {
      sent = headers['authorization']
      return { status: 400, json: { error: 'invalid params' } }
    },
    complaint => assert.fail(complaint),
  )
  const provider = await openAiProvider({ url: `${server.url}/v1`, key: undefined, models: ['sd-cpp-local'] })
  await assert.rejects(provider.generate({ ...ORDER, model: 'sd-cpp-local' }, work()), {
    code: 'provider_refused',
    message: 'OpenAI-compatible server API error: invalid params',
  })
  assert.equal(sent, undefined)
})

test('a picture at an address on the server itself is fetched with the key, and inline ones are read', async () => {
  for (const answers of ['own-url', 'data-url'] as const) {
    await using vendor = await startOpenAi({ answers })
    const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['dall-e-2'] })
    const { pictures } = await provider.generate({ ...ORDER, model: 'dall-e-2', count: 2 }, work())
    assert.equal(pictures.length, 2)
    for (const picture of pictures) {
      assert.ok('bytes' in picture, answers)
      assert.equal((await sharp(picture.bytes).metadata()).width, 1024)
    }
    assert.deepEqual(vendor.complaints, [])
  }
})

test('a picture elsewhere is left to whoever may fetch it, and what is no address is no picture', async () => {
  const url = 'https://pictures.example/1.png?sig=a%2Fb'
  const answered = async (answer: string) => {
    await using vendor = await startOpenAi({ answers: { url: answer } })
    const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['dall-e-2'] })
    return await provider.generate({ ...ORDER, model: 'dall-e-2' }, work())
  }
  assert.deepEqual((await answered(url)).pictures, [{ url }])
  for (const none of ['file:///etc/passwd', '/relative.png', 'javascript:0'])
    await assert.rejects(answered(none), { code: 'provider_unreadable', message: /no picture in its answer: \{/ })
})

test('a prompt that was rewritten before it was painted is told, and so are settings that were left out', async () => {
  await using vendor = await startOpenAi()
  const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['dall-e-3'] })
  const prompt = 'a fox<sd_cpp_extra_args>{"seed":1}</sd_cpp_extra_args>'
  const { warnings } = await provider.generate({ ...ORDER, model: 'dall-e-3', prompt }, work())
  assert.match(
    warnings.join('\n'),
    /^Settings of the server.*\nThe prompt was rewritten.*: a fox, as a detailed painting$/,
  )
  assert.deepEqual([vendor.orders[0]?.prompt, vendor.complaints], ['a fox', []])
})

test('whoever pays is told of an order that was made twice because its worker was lost', async () => {
  await using vendor = await startOpenAi()
  const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: undefined })
  const first = work()
  assert.deepEqual((await provider.generate(ORDER, first)).warnings, [])
  const { warnings } = await provider.generate(ORDER, work({ found: first.kept() }))
  assert.match(warnings.join(), /^An earlier attempt was lost/)
})

test('an answer without a single picture is a failure, and empty places are passed over', async () => {
  const dot = (
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
  ).toString('base64')
  const answers: unknown[] = [
    null,
    {},
    { data: [] },
    { data: [{}] },
    { data: [{ b64_json: '', url: null }] },
    { data: [7] },
  ]
  const made: unknown[] = [
    { data: [{ revised_prompt: 'a fox' }, { b64_json: dot }] },
    { image: dot },
    { image: `data:image/png;base64,${dot}` },
    [{ url: `data:image/png;base64,${dot}` }],
    { result: { images: [{ image: dot }], request: { prompt: 'a fox' } } },
  ]
  for (const json of [...answers, ...made]) {
    await using server = await serveVendor(
      () => ({ json }),
      complaint => assert.fail(complaint),
    )
    const provider = await openAiProvider({ url: server.url, key: undefined, models: undefined })
    const generating = provider.generate(ORDER, work())
    if (made.includes(json))
      assert.deepEqual(await generating, {
        ...{ pictures: [{ bytes: Buffer.from(dot, 'base64') }], keptBy: 'nobody', warnings: [] },
      })
    else
      await assert.rejects(generating, { code: 'provider_unreadable', message: /there is no picture in its answer: / })
  }
})

test('an answer that says 200 and tells of an error is that error', async () => {
  const answers: [unknown, string, RegExp][] = [
    [{ error: { code: 402, message: 'no credit' } }, 'provider_refused', /: no credit$/],
    [{ error: { code: 429, message: 'slow down' } }, 'provider_busy', /: slow down$/],
    [{ error: 'backend is gone', data: [] }, 'provider_failed', /: backend is gone$/],
    [{ error: null, data: [] }, 'provider_unreadable', /no picture in its answer/],
  ]
  for (const [json, code, message] of answers) {
    await using server = await serveVendor(
      () => ({ json }),
      complaint => assert.fail(complaint),
    )
    const provider = await openAiProvider({ url: server.url, key: undefined, models: undefined })
    await assert.rejects(provider.generate(ORDER, work()), { code, message })
  }
})

test('addresses of pictures outlive their worker: whoever goes on fetches them, and orders nothing', async () => {
  let isAway = true
  const paths: string[] = []
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  await using server = await serveVendor(
    ({ method, path }) => {
      paths.push(`${method} ${path}`)
      if (method === 'POST') return { json: { data: [{ url: `${server.url}/made/1.png` }] } }
      return isAway ? { status: 503, json: { error: 'restarting' } } : { bytes: picture }
    },
    complaint => assert.fail(complaint),
  )
  const provider = await openAiProvider({ url: `${server.url}/v1`, key: undefined, models: ['flux'] })
  const order = { ...ORDER, model: 'flux' }
  const killed = work()
  await assert.rejects(provider.generate(order, killed), { code: 'unavailable' })
  isAway = false
  const { pictures } = await provider.generate(order, work({ found: killed.kept() }))
  assert.deepEqual(pictures, [{ bytes: picture }])
  assert.equal(paths.filter(path => path.startsWith('POST')).length, 1)
})

test('a picture that its server never gives ends the job after four attempts, of one order', async () => {
  let posts = 0
  await using server = await serveVendor(
    ({ method }) => {
      if (method === 'POST') posts++
      return method === 'POST' ? { json: { data: [{ url: `${server.url}/1.png` }] } } : { status: 500, json: {} }
    },
    complaint => assert.fail(complaint),
  )
  const provider = await openAiProvider({ url: `${server.url}/v1`, key: undefined, models: ['flux'] })
  const codes: string[] = []
  for (let found: unknown, attempts = 0; attempts < 4; attempts++) {
    const attempt = work({ found })
    await assert.rejects(provider.generate({ ...ORDER, model: 'flux' }, attempt), thrown => {
      codes.push((thrown as { code: string }).code)
      return true
    })
    found = attempt.kept()
  }
  assert.deepEqual([posts, codes], [1, ['unavailable', 'unavailable', 'unavailable', 'provider_unreadable']])
})
