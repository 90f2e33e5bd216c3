// vendor: HTTP with somebody who works for us goes wrong in many ways, and each has its own error.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { isGivenUp, openVendor, pauseFor, type Vendor } from '../../src/providers/vendor.ts'
import { type Arrived, type Reply, serveVendor, type VendorServer } from '../fixtures/vendors/http.ts'

const KEY = 'sk-very-secret-0815'

describe('a vendor', () => {
  let server: VendorServer
  let vendor: Vendor
  let answer: (arrived: Arrived) => Promise<Reply> | Reply
  const { signal } = new AbortController()
  before(async () => {
    server = await serveVendor(
      arrived => answer(arrived),
      complaint => assert.fail(complaint),
    )
    const headers = { authorization: `Bearer ${KEY}` }
    vendor = openVendor({ name: 'Painter', baseUrl: `${server.url}/v1`, headers })
  })
  after(() => server[Symbol.asyncDispose]())

  const failure = async (reply: Reply, ask = () => vendor.json({ path: '/x', signal })): Promise<AppError> => {
    answer = () => reply
    const error = await ask().then(
      () => assert.fail('it has not failed'),
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof AppError, String(error))
    return error
  }

  test('is sent JSON, with its credentials, below its base URL', async () => {
    let arrived: Arrived | undefined
    answer = asked => {
      arrived = asked
      return { json: { made: true } }
    }
    const body = { prompt: 'ein „Fuchs“ 🦊' }
    assert.deepEqual(await vendor.json({ method: 'POST', path: '/make?x=1', body, signal }), { made: true })
    assert.deepEqual([arrived?.method, arrived?.path, arrived?.query.get('x')], ['POST', '/v1/make', '1'])
    assert.equal(arrived?.headers['authorization'], `Bearer ${KEY}`)
    assert.deepEqual(arrived?.body, body)
  })

  test('answers with a status that says what became of it', async () => {
    const codes = {
      302: 'refused',
      400: 'refused',
      401: 'refused',
      402: 'refused',
      403: 'refused',
      404: 'refused',
      422: 'refused',
    }
    const others = {
      429: 'busy',
      408: 'failed',
      425: 'failed',
      500: 'failed',
      502: 'failed',
      503: 'failed',
    }
    for (const [status, code] of Object.entries({ ...codes, ...others })) {
      const error = await failure({ status: Number(status), json: {} })
      assert.equal(error.code, `provider_${code}`, status)
      assert.equal(error.message, `Painter API error: HTTP ${status}`)
    }
  })

  test('that has no more money for us refuses, though it says 429', async () => {
    const error = { message: 'You exceeded your current quota', code: 'insufficient_quota' }
    assert.equal((await failure({ status: 429, json: { error } })).code, 'provider_refused')
  })

  test('is quoted, wherever it puts its sentence', async () => {
    const places: [unknown, string][] = [
      [{ error: { message: 'by OpenAI', code: 'x' } }, 'by OpenAI'],
      [{ title: 'Input validation failed', detail: '- input: prompt is required\n' }, '- input: prompt is required'],
      [{ detail: [{ loc: ['body', 'steps'], msg: 'is no number', type: 'x' }] }, 'body.steps: is no number'],
      [{ error: 'OutOfMemoryError', detail: '', body: '', errors: 'CUDA out of memory' }, 'CUDA out of memory'],
      [{ error: 'server_error', message: 'by stable-diffusion.cpp' }, 'by stable-diffusion.cpp'],
      [{ error: 'invalid params' }, 'invalid params'],
      ...[null, [], 'text', 7, { error: null }, { detail: { deep: 1 } }].map((json): [unknown, string] => [
        json,
        'HTTP 422',
      ]),
    ]
    for (const [json, words] of places)
      assert.equal((await failure({ status: 422, json })).message, `Painter API error: ${words}`)
    assert.match((await failure({ status: 502, bytes: Buffer.from('<html>') })).message, /HTTP 502$/)
  })

  test('is quoted on one line, not endlessly, in whole characters, and never with what we are known by', async () => {
    const said = (words: string) => failure({ status: 400, json: { error: { message: words } } })
    const { message } = await said(`key ${KEY}\r\n\0 is\u2028wrong, "${KEY}"`)
    assert.equal(message, 'Painter API error: key … is wrong, "…"')
    const long = (await said(`x${'🦊'.repeat(1000)}`)).message
    assert.ok(long.length < 600 && long.isWellFormed())
  })

  test('never hears its password back, however it was sent', async () => {
    const login = 'user:pass word'
    const written = Buffer.from(login).toString('base64')
    const basic = openVendor({ name: 'P', baseUrl: server.url, headers: { authorization: `Basic ${written}` } })
    const reply = { status: 401, json: { detail: `${written} is ${login}, or pass word` } }
    assert.equal((await failure(reply, () => basic.json({ path: '/', signal }))).message, 'P API error: … is …, or …')
  })

  test('says how long it wants to be left alone: in seconds, in milliseconds, as a date, or not at all', async () => {
    const waits = async (headers: Record<string, string>) =>
      (await failure({ status: 429, headers, json: {} })).retryAfterMs
    assert.equal(await waits({ 'retry-after': '12' }), 12_000)
    assert.equal(await waits({ 'retry-after': '0.5' }), 500)
    assert.equal(await waits({ 'retry-after': '12', 'retry-after-ms': '1500.2' }), 1501)
    const inAMinute = await waits({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() })
    assert.ok(inAMinute > 50_000 && inAMinute <= 60_000, `${inAMinute}`)
    for (const headers of [
      {},
      { 'retry-after': 'soon' },
      { 'retry-after': '-3' },
      { 'retry-after': 'Mon, 01 Jan 2001' },
    ])
      assert.equal(await waits(headers as Record<string, string>), 0)
  })

  test('that breaks off, or speaks no JSON, or is not there, has failed', async () => {
    const half = await failure({ json: { long: 'x'.repeat(100_000) }, half: true })
    assert.deepEqual(
      [half.code, half.message],
      ['provider_failed', 'Painter API error: it cannot be reached, or broke off'],
    )
    const html = await failure({ bytes: Buffer.from('<html>') })
    assert.deepEqual(
      [html.code, html.message],
      ['provider_failed', 'Painter API error: its answer is not JSON: <html>'],
    )
    const nobody = openVendor({ name: 'Nobody', baseUrl: 'http://127.0.0.1:1' })
    const absent = await failure({}, () => nobody.json({ path: '/', signal }))
    assert.deepEqual(
      [absent.code, absent.message],
      ['provider_failed', 'Nobody API error: it cannot be reached, or broke off'],
    )
  })

  test('has taken an order when its status is good: what cannot be read then is no failure that may be tried again', async () => {
    const order = () => vendor.order({ method: 'POST', path: '/x', body: {}, signal })
    const half = { json: { long: 'x'.repeat(100_000) }, half: true }
    for (const reply of [half, { bytes: Buffer.from('<html>') }, { bytes: Buffer.alloc(0) }]) {
      const error = await failure(reply, order)
      assert.deepEqual([error.code, error.retry], ['provider_unreadable', false])
    }
    assert.equal((await failure({ status: 500, json: {} }, order)).code, 'provider_failed')
    assert.equal((await failure({ ...half, status: 500 }, order)).code, 'provider_failed')
  })

  test('that answers without end is not listened to without end', async () => {
    const bytes = Buffer.alloc(128 * 1024 * 1024 + 1)
    const error = await failure({ bytes }, () => vendor.bytes({ path: '/', signal }))
    assert.deepEqual([error.code, error.message], ['provider_failed', 'Painter API error: its answer is too long'])
  })

  test('that never answers has failed after the time that it was given', async () => {
    answer = never
    await assert.rejects(vendor.json({ path: '/', timeoutMs: 20, signal }), {
      code: 'provider_failed',
      message: 'Painter API error: no answer in time',
    })
  })

  test('is not waited for when the signal says so, whose reason it is that is thrown', async () => {
    answer = never
    const reason = new AppError('cancelled', 'Enough')
    const controller = new AbortController()
    const asked = vendor.json({ path: '/', signal: controller.signal })
    controller.abort(reason)
    await assert.rejects(asked, reason)
    await assert.rejects(vendor.bytes({ path: '/', signal: controller.signal }), reason)
  })

  test('gets its credentials at its own address only, and nobody is followed elsewhere', async () => {
    const heard: string[] = []
    await using other = await serveVendor(
      ({ path }) => {
        heard.push(path)
        return { json: {} }
      },
      () => undefined,
    )
    await assert.rejects(vendor.bytes({ path: `${other.url}/stolen`, signal }), { code: 'provider_failed' })
    await failure({ status: 307, headers: { location: `${other.url}/redirected` }, json: {} })
    for (const path of ['@elsewhere', 'elsewhere', 'ftp://elsewhere/x', ''])
      await assert.rejects(vendor.json({ path, signal }), { code: 'provider_failed' }, path)
    assert.deepEqual(heard, [])
    assert.ok(vendor.isOwn(`${server.url}/files/1.png`))
    const strangers = [`${server.url}0/x`, server.url.replace('http', 'https'), 'nonsense', `http://a@${server.url}`]
    for (const url of strangers) assert.ok(!vendor.isOwn(url), url)
    answer = ({ path }) => ({ bytes: Buffer.from(path) })
    assert.equal(String(await vendor.bytes({ path: `${server.url}/files/1.png`, signal })), '/files/1.png')
  })
})

test('a pause ends after its time, and at once with the reason when the signal aborts', async () => {
  await pauseFor(1, new AbortController().signal)
  const reason = new AppError('worker_stopping', 'Stopping')
  const controller = new AbortController()
  const pausing = pauseFor(60_000, controller.signal)
  controller.abort(reason)
  await assert.rejects(pausing, reason)
  await assert.rejects(pauseFor(60_000, controller.signal), reason)
})

test('work is given up when nobody wants it any more, and not when only its worker goes', () => {
  const aborted = (code: 'cancelled' | 'provider_timeout' | 'worker_stopping') =>
    isGivenUp(AbortSignal.abort(new AppError(code, 'Enough')))
  assert.deepEqual([aborted('cancelled'), aborted('provider_timeout'), aborted('worker_stopping')], [true, true, false])
  assert.ok(!isGivenUp(new AbortController().signal) && !isGivenUp(AbortSignal.abort()))
})

async function never({ gone }: Arrived): Promise<Reply> {
  await new Promise(resolve => gone.addEventListener('abort', resolve))
  return { json: {} }
}
