// progress: never back, 100 once and only at a good end, and true to the bytes that have moved.
import assert from 'node:assert/strict'
import { test } from 'node:test'
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
