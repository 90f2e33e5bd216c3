// failures: refusals, broken connections, second tries and hanging up, as errors that a program can tell apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError, type BackendFFmpegClient, createBackendFFmpegClient } from '../../sdk/index.ts'
import { type Reply, serveReplies } from '../fixtures/motion-service.ts'

const CONVERT = { sessionId: 'abc', rangeStart: 0, rangeEnd: 5, coverTime: 2.5, speed: 1 }

const REFUSALS: readonly (readonly [Reply, Partial<BackendError>])[] = [
  [
    {
      status: 404,
      body: { detail: 'No such session', error_code: 'INVALID_SESSION', timestamp: '2025-12-05T12:00:00Z' },
    },
    { status: 404, errorCode: 'INVALID_SESSION', message: 'No such session' },
  ],
  [{ status: 400, body: { detail: 'Bad', error_code: 'INVALID_TIME_RANGE' } }, { errorCode: 'INVALID_TIME_RANGE' }],
  [
    { status: 429, headers: { 'retry-after': '17' }, body: { detail: 'Too often', error_code: 'RATE_LIMITED' } },
    { errorCode: 'RATE_LIMITED', retryAfterSeconds: 17 },
  ],
  [
    { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } },
    { errorCode: 'RATE_LIMITED', retryAfterSeconds: 0 },
  ],
  [
    { status: 502, body: Buffer.from('<html>Bad Gateway</html>') },
    { status: 502, errorCode: 'SERVICE_UNAVAILABLE', message: 'The server answered 502' },
  ],
]

for (const [reply, wanted] of REFUSALS)
  test(`${reply.status} with ${JSON.stringify(reply.body ?? reply.headers)} is thrown as what it says`, async t => {
    const { url } = await serveReplies(t, reply)
    await assert.rejects(createBackendFFmpegClient({ backendUrl: url }).convertClipAndFrames(CONVERT), thrown => {
      assert.ok(thrown instanceof BackendError)
      assert.deepEqual({ ...wanted, ...pick(thrown, Object.keys(wanted)) }, wanted)
      return true
    })
  })

test('an answer to HEAD has no body, and is understood all the same', async t => {
  const { url } = await serveReplies(t, { status: 401 })
  await assert.rejects(createBackendFFmpegClient({ backendUrl: url }).health(), { errorCode: 'INVALID_TOKEN' })
})

test('a server that is not there is a NETWORK_ERROR with its cause', async () => {
  const client = createBackendFFmpegClient({ backendUrl: 'http://127.0.0.1:9' })
  const wanted = { name: 'BackendError', status: 0, errorCode: 'NETWORK_ERROR' }
  await assert.rejects(client.health(), wanted)
  await assert.rejects(client.transcodeSource(new Blob(['x'])), (thrown: BackendError) => thrown.cause !== undefined)
})

test('an answer that ends in the middle is a NETWORK_ERROR, never a shorter photo', async t => {
  const { url } = await serveReplies(t, { body: Buffer.alloc(100_000), breakAfter: 50_000 })
  const client = createBackendFFmpegClient({ backendUrl: url })
  await assert.rejects(client.convertClipAndFrames(CONVERT), { errorCode: 'NETWORK_ERROR' })
})

test('after 429 a call is tried again as often as it was told, and no more', async t => {
  const busy: Reply = { status: 429, headers: { 'retry-after': '0' } }
  const done: Reply = { body: { session_id: 'a', preview_url: '/p.mp4', duration: 1 } }
  const service = await serveReplies(t, busy, busy, done)
  const patient = createBackendFFmpegClient({ backendUrl: service.url, retries: 2 })
  assert.equal((await patient.transcodeSource(new Blob(['whole']))).sessionId, 'a')
  assert.equal(service.heard.length, 3)
  assert.ok(
    service.heard.every(({ body }) => body.includes('whole')),
    'each try sends the whole',
  )

  const always = await serveReplies(t, busy)
  const client = createBackendFFmpegClient({ backendUrl: always.url, retries: 1 })
  await assert.rejects(client.cleanupFiles('abc'), { errorCode: 'RATE_LIMITED' })
  assert.equal(always.heard.length, 2)
  const stream = new Blob(['once']).stream()
  await assert.rejects(client.transcodeSource({ stream, name: 'x' }), { errorCode: 'RATE_LIMITED' })
  assert.equal(always.heard.length, 3, 'a stream cannot be sent twice')
})

const CALLS: Readonly<Record<string, (client: BackendFFmpegClient, signal: AbortSignal) => Promise<unknown>>> = {
  health: (client, signal) => client.health({ signal }),
  transcodeSource: (client, signal) => client.transcodeSource(new Blob(['x']), { signal }),
  convertClipAndFrames: (client, signal) => client.convertClipAndFrames(CONVERT, { signal }),
  createThumbnail: (client, signal) => client.createThumbnail({ sessionId: 'a', timestamp: 1 }, { signal }),
  cleanupFiles: (client, signal) => client.cleanupFiles('a', { signal }),
}

for (const [name, call] of Object.entries(CALLS))
  test(`aborting ${name} hangs up and rejects with the signal's reason`, { timeout: 10_000 }, async t => {
    const service = await serveReplies(t, { hold: true })
    const abort = new AbortController()
    const client = createBackendFFmpegClient({ backendUrl: service.url })
    const reason = new Error('changed my mind')
    setTimeout(() => abort.abort(reason), 50)
    await assert.rejects(call(client, abort.signal), thrown => thrown === reason)
    await service.hungUp
    await assert.rejects(call(client, abort.signal), thrown => thrown === reason, 'nor is anything begun')
  })

test('aborting while a second try is waited for rejects at once', { timeout: 10_000 }, async t => {
  const { url } = await serveReplies(t, { status: 429, headers: { 'retry-after': '3600' } })
  const client = createBackendFFmpegClient({ backendUrl: url, retries: 5 })
  await assert.rejects(client.health({ signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' })
})

function pick(error: BackendError, names: readonly string[]): object {
  return Object.fromEntries(names.map(name => [name, error[name as keyof BackendError]]))
}
