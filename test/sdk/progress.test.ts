// progress: never back, 100 once and only at a good end, and true to the bytes that have moved.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type BackendProgress, createBackendFFmpegClient } from '../../sdk/index.ts'
import { createReporter } from '../../sdk/progress.ts'
import { serveReplies } from '../fixtures/motion-service.ts'

const PREPARED = { session_id: 'abc', preview_url: '/preview/abc.mp4', duration: 10.5 }
const CONVERT = { sessionId: 'abc', rangeStart: 0, rangeEnd: 5, coverTime: 2.5, speed: 1 }

test('an upload is counted by its bytes, then the server works, then it is done', async t => {
  const { url } = await serveReplies(t, { body: PREPARED })
  const said: BackendProgress[] = []
  const client = createBackendFFmpegClient({ backendUrl: url, onProgress: now => said.push(now) })
  await client.transcodeSource(new Blob([new Uint8Array(3_000_000)]))
  checkOrder(said)
  assert.deepEqual(phasesOf(said), ['upload', 'processing'])
  const uploads = said.filter(({ phase }) => phase === 'upload')
  assert.ok(uploads.length > 10, `${uploads.length} reports of three megabytes`)
  assert.ok(uploads.every(({ loaded = -1, total }) => loaded >= 0 && loaded <= 3_000_000 && total === 3_000_000))
  assert.ok(uploads.every(({ percentage }) => percentage <= 50))
})

test('a stream of unknown length is counted without a share', async t => {
  const { url } = await serveReplies(t, { body: PREPARED })
  const said: BackendProgress[] = []
  const stream = new Blob([new Uint8Array(500_000)]).stream()
  const onProgress = (now: BackendProgress) => void said.push(now)
  await createBackendFFmpegClient({ backendUrl: url }).transcodeSource({ stream, name: 'x' }, { onProgress })
  checkOrder(said)
  assert.deepEqual(phasesOf(said), ['upload', 'processing'])
})

const STREAM =
  'retry: 2000\n\n' +
  'id: 1\nevent: progress\ndata: {"percent":0,"status":"pending"}\n\n: keep-alive\n\n' +
  'id: 4\nevent: progress\ndata: {"percent":25,"status":"processing"}\n\n' +
  'id: 5\r\nevent: progress\r\ndata: {"percent":20,"status":"processing"}\r\n\r\n' +
  'id: 6\nevent: progress\ndata: {"percent":75.5,"status":"processing"}\n\n' +
  'id: 9\nevent: end\ndata: {"percent":100,"status":"completed"}\n\n'

test('while the server works, its own account of it is told, for the phase and for the call', async t => {
  const service = await serveReplies(t, { body: PREPARED, follows: STREAM }, { body: Buffer.alloc(2000) })
  const said: BackendProgress[] = []
  const client = createBackendFFmpegClient({ backendUrl: service.url, onProgress: now => said.push(now) })
  await client.transcodeSource(new Blob([new Uint8Array(1000)]))
  checkOrder(said)
  assert.deepEqual(
    said
      .filter(({ phase }) => phase === 'processing')
      .map(({ percentage, phasePercentage }) => [percentage, phasePercentage]),
    [
      [50, undefined],
      [50, 0],
      [62.5, 25],
      [87.7, 75.5],
      [100, 100],
    ],
  )
  const id = service.heard[0]?.headers['x-progress-id']
  assert.match(String(id), /^[0-9a-f]{40}$/)
  assert.deepEqual(
    service.asked.map(({ path }) => path),
    [`/progress/${id}`],
  )
})

test('every call has a name of its own, and one that nobody watches has none', async t => {
  const service = await serveReplies(t, { body: Buffer.alloc(2000) })
  const watched = createBackendFFmpegClient({
    backendUrl: service.url,
    authToken: 'secret',
    onProgress: () => undefined,
  })
  await watched.convertClipAndFrames(CONVERT)
  await watched.createThumbnail({ sessionId: 'abc', timestamp: 1 })
  await createBackendFFmpegClient({ backendUrl: service.url }).convertClipAndFrames(CONVERT)
  const ids = service.heard.map(({ headers }) => headers['x-progress-id'])
  assert.deepEqual([new Set(ids).size, ids[2]], [3, undefined])
  assert.ok(service.asked.every(({ headers }) => headers.authorization === 'Bearer secret'))
  assert.ok(service.asked.every(({ path }) => path !== '/progress/undefined'))
})

const BAD_STREAMS: Readonly<Record<string, string>> = {
  'that is no JSON': 'event: progress\ndata: {"percent":\n\n',
  'of absurd numbers': 'data: {"percent":1e9}\n\ndata: {"percent":"50"}\n\ndata: null\n\n',
  'that is no stream': '<!doctype html><title>Not found</title>',
}

for (const [what, text] of Object.entries(BAD_STREAMS))
  test(`an account ${what} is passed over, and the call goes on`, { timeout: 20_000 }, async t => {
    // The stream stays open: what is not understood must not be waited for.
    const { url } = await serveStream(t, text)
    const said: BackendProgress[] = []
    const client = createBackendFFmpegClient({ backendUrl: url, onProgress: now => said.push(now) })
    await client.convertClipAndFrames(CONVERT)
    checkOrder(said)
    assert.ok(said.every(({ phase, phasePercentage = 0 }) => phase !== 'processing' || phasePercentage === 0))
  })

test('hanging up on a call hangs up on its account, too', { timeout: 10_000 }, async t => {
  const service = await serveReplies(t, { hold: true, follows: STREAM.slice(0, STREAM.indexOf('id: 9')) })
  const abort = new AbortController()
  const onProgress = ({ phasePercentage }: BackendProgress) => phasePercentage === 75.5 && abort.abort()
  const client = createBackendFFmpegClient({ backendUrl: service.url, onProgress })
  await assert.rejects(client.convertClipAndFrames(CONVERT, { signal: abort.signal }), { name: 'AbortError' })
  await service.unfollowed
})

test('while a photo is made nothing is made up; its bytes are counted', async t => {
  const { url } = await serveReplies(t, { body: Buffer.alloc(2_000_000) })
  const said: BackendProgress[] = []
  const client = createBackendFFmpegClient({ backendUrl: url, onProgress: () => assert.fail('the call has its own') })
  await client.convertClipAndFrames(CONVERT, { onProgress: now => said.push(now) })
  checkOrder(said)
  assert.deepEqual(phasesOf(said), ['processing', 'download'])
  assert.deepEqual(said[0], { phase: 'processing', percentage: 0 })
})

test('a call that fails never says 100', async t => {
  const { url } = await serveReplies(t, { body: Buffer.alloc(100_000), breakAfter: 99_000 })
  const said: BackendProgress[] = []
  const client = createBackendFFmpegClient({ backendUrl: url, onProgress: now => said.push(now) })
  await assert.rejects(client.convertClipAndFrames(CONVERT))
  assert.ok(said.length > 0 && said.every(({ percentage }) => percentage < 100))
})

test('a second try does not go back', () => {
  const said: BackendProgress[] = []
  const reporter = createReporter(now => said.push(now), { upload: [0, 50], processing: [50, 100] })
  reporter.moved('upload', 10, 10)
  reporter.moved('processing')
  reporter.moved('upload', 1, 10)
  reporter.moved('upload', 20, 10)
  reporter.ended('processing')
  reporter.ended('processing')
  assert.deepEqual(
    said.map(({ phase, percentage }) => [phase, percentage]),
    [
      ['upload', 50],
      ['processing', 50],
      ['upload', 50],
      ['processing', 100],
    ],
  )
})

/** A service that answers a call at once, and says this, for ever, of how far it is. */
async function serveStream(t: TestContext, text: string): Promise<{ url: string }> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)
    else setTimeout(() => response.end('a photo'), 200)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function phasesOf(said: readonly BackendProgress[]): string[] {
  return said.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1])
}

function checkOrder(said: readonly BackendProgress[]): void {
  const shares = said.map(({ percentage }) => percentage)
  assert.deepEqual(
    shares,
    shares.toSorted((one, other) => one - other),
    'it never goes back',
  )
  assert.deepEqual([shares[0], shares.at(-1)], [0, 100])
  assert.equal(shares.filter(share => share === 100).length, 1)
}
