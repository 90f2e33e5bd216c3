// client: what a call sends, and what it makes of the answer, against a server that shows what it was sent.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { BackendError, type ConvertRequest, createBackendFFmpegClient } from '../../sdk/index.ts'
import { formOf, type Heard, serveReplies } from '../fixtures/motion-service.ts'

const PREPARED = { session_id: 'abc', preview_url: 'http://elsewhere:8000/preview/abc.mp4', duration: 10.5 }
const REQUEST: ConvertRequest = { sessionId: 'abc', rangeStart: 0, rangeEnd: 5, coverTime: 2.5, speed: 1.5 }
const BYTES = Buffer.from('\xff\xd8 a photo', 'latin1')

test('transcodeSource sends a file whole, under its own name, and answers in the words of a front end', async t => {
  const service = await serveReplies(t, { body: PREPARED })
  const content = Buffer.alloc(700_000, 'clip')
  const file = new File([content], 'my "clip"\n.mp4', { type: 'video/mp4' })
  const client = createBackendFFmpegClient({ backendUrl: `${service.url}/`, authToken: 'secret' })
  assert.deepEqual(await client.transcodeSource(file), {
    sessionId: 'abc',
    previewUrl: 'http://elsewhere:8000/preview/abc.mp4',
    duration: 10.5,
  })
  const [heard] = service.heard as [Heard]
  assert.equal(`${heard.method} ${heard.path}`, 'POST /prepare')
  assert.equal(heard.headers.authorization, 'Bearer secret')
  assert.equal(heard.headers['content-length'], String(heard.body.length), 'a server can refuse it by its length')
  const sent = (await formOf(heard)).get('file') as File
  assert.equal(sent.type, 'video/mp4')
  assert.match(heard.body.toString('latin1'), /filename="my %22clip%22%0A\.mp4"/)
  assert.ok(Buffer.from(await sent.arrayBuffer()).equals(content))
})

test('a stream of unknown length and a file on the disk are sent as well', async t => {
  const service = await serveReplies(t, { body: PREPARED })
  const client = createBackendFFmpegClient({ backendUrl: service.url })
  const path = join(await directory(t), 'clip.mov')
  await writeFile(path, 'from the disk')
  await client.transcodeSource({
    stream: Readable.from([Buffer.from('from '), Buffer.from('a stream')]),
    name: 'a.gif',
  })
  await client.transcodeSource(await openAsBlob(path))
  const texts = service.heard.map(async heard => ((await formOf(heard)).get('file') as File).text())
  assert.deepEqual(await Promise.all(texts), ['from a stream', 'from the disk'])
  assert.equal(service.heard[0]?.headers['content-length'], undefined)
})

test('a preview without a host is at the backend', async t => {
  const service = await serveReplies(t, { body: { ...PREPARED, preview_url: '/preview/abc.mp4' } })
  const { previewUrl } = await createBackendFFmpegClient({ backendUrl: service.url }).transcodeSource(new Blob(['x']))
  assert.equal(previewUrl, `${service.url}/preview/abc.mp4`)
})

test('convertClipAndFrames sends the form of the document, and no more than was asked for', async t => {
  const service = await serveReplies(t, { body: BYTES })
  const bytes = await createBackendFFmpegClient({ backendUrl: service.url }).convertClipAndFrames(REQUEST)
  assert.deepEqual(Buffer.from(bytes), BYTES)
  const [heard] = service.heard as [Heard]
  assert.match(heard.headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
  assert.equal(String(heard.body), 'session_id=abc&range_start=0&range_end=5&cover_time=2.5&speed=1.5')
  assert.equal(heard.headers.authorization, undefined)
})

test('the wishes beyond the document, and a picture, go along in a form with files', async t => {
  const service = await serveReplies(t, { body: BYTES })
  const cover = new Blob(['picture'], { type: 'image/png' })
  const wishes = { layout: 'samsung', format: 'motion_photo', mute: true, maxSize: 1280, cover } as const
  await createBackendFFmpegClient({ backendUrl: service.url }).convertClipAndFrames({ ...REQUEST, ...wishes })
  const form = await formOf(service.heard[0] as Heard)
  const fields = ['layout', 'format', 'mute', 'max_size', 'speed'].map(name => form.get(name))
  assert.deepEqual(fields, ['samsung', 'motion_photo', 'true', '1280', '1.5'])
  assert.equal(await (form.get('cover') as File).text(), 'picture')
})

const NAMES: readonly (readonly [disposition: string | undefined, name: string])[] = [
  ['attachment; filename="IMG_20260102_030405_MP.jpg"', 'IMG_20260102_030405_MP.jpg'],
  [`attachment; filename="x"; filename*=UTF-8''caf%C3%A9_MP.jpg`, 'café_MP.jpg'],
  [undefined, 'motion_photo_MP.jpg'],
]

for (const [disposition, name] of NAMES)
  test(`convertToFile calls what was made ${name}, as ${disposition ?? 'nobody'} said`, async t => {
    const headers: Record<string, string> = disposition === undefined ? {} : { 'content-disposition': disposition }
    const service = await serveReplies(t, { body: BYTES, headers })
    const file = await createBackendFFmpegClient({ backendUrl: service.url }).convertToFile(REQUEST)
    assert.deepEqual({ ...file, bytes: Buffer.from(file.bytes) }, { bytes: BYTES, name, type: 'image/jpeg' })
  })

test('createThumbnail and cleanupFiles send JSON, health asks with HEAD', async t => {
  const service = await serveReplies(t, { body: BYTES }, { body: { message: '清理成功' } }, { body: {} })
  let token = 'first'
  const client = createBackendFFmpegClient({ backendUrl: service.url, authToken: () => token })
  assert.deepEqual(Buffer.from(await client.createThumbnail({ sessionId: 'abc', timestamp: 2.5 })), BYTES)
  token = 'second'
  await client.cleanupFiles('abc')
  await client.health()
  assert.deepEqual(
    service.heard.map(({ method, path, body, headers }) => [method, path, String(body), headers.authorization]),
    [
      ['POST', '/thumbnail', '{"session_id":"abc","timestamp":2.5}', 'Bearer first'],
      ['POST', '/cleanup', '{"session_id":"abc"}', 'Bearer second'],
      ['HEAD', '/health', '', 'Bearer second'],
    ],
  )
})

test('what is not the service is told from it', async t => {
  const service = await serveReplies(t, { body: { hello: 'world' } })
  await assert.rejects(
    createBackendFFmpegClient({ backendUrl: service.url }).transcodeSource(new Blob(['x'])),
    (thrown: unknown) => thrown instanceof BackendError && thrown.errorCode === 'INVALID_ANSWER',
  )
})

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kinora-sdk-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}
