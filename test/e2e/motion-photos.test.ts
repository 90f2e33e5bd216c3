// motion-photos: document 001 as its users know it: its own curl calls, word for word, and what goes wrong around them.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { makeClip } from '../fixtures/clips.ts'
import { assertMotionPhoto, convert, prepare } from '../fixtures/motion-client.ts'
import { type Server, startServer } from '../fixtures/server.ts'

const LIMIT = { timeout: 900_000 }
const CLIP = { name: 'video.mp4', seconds: 6, size: '640x360', rate: 25 }

test('the calls of the document work as they stand there', LIMIT, async t => {
  const directory = directoryOf(t)
  const env = { KINORA_TOKENS: 'your_token', KINORA_AUTH_MOTION_PHOTOS: 'required' }
  await using server = await start(directory, env)
  await makeClip(directory, CLIP)
  const curl = curlIn(directory, server)

  const head = await curl('-I -H "Authorization: Bearer your_token" http://localhost:8000/health')
  assert.match(head, /^HTTP\/1\.1 200 /)
  assert.match(await curl('-I http://localhost:8000/health'), /^HTTP\/1\.1 401 /)

  const page = await fetch(`${server.studioUrl}/health`, { headers: { origin: 'http://localhost:5173' } })
  assert.equal(page.headers.get('access-control-allow-origin'), 'http://localhost:5173')

  const prepared = JSON.parse(
    await curl(`-X POST \\
    -H "Authorization: Bearer your_token" \\
    -F "file=@video.mp4" \\
    http://localhost:8000/prepare`),
  )
  assert.equal(prepared.duration, 6)
  assert.equal(prepared.preview_url, `${server.studioUrl}/preview/${prepared.session_id}.mp4`)
  const preview = await fetch(prepared.preview_url, { headers: { range: 'bytes=4-7' } })
  assert.deepEqual([preview.status, await preview.text()], [206, 'ftyp'])

  await curl(`-X POST \\
    -H "Authorization: Bearer your_token" \\
    -d "session_id=${prepared.session_id}&range_start=0&range_end=5&cover_time=2.5&speed=1.5" \\
    http://localhost:8000/convert \\
    -o motion_photo.jpg`)
  assertMotionPhoto(readFileSync(join(directory, 'motion_photo.jpg')))

  await curl(`-X POST \\
    -H "Content-Type: application/json" \\
    -H "Authorization: Bearer your_token" \\
    -d '{"session_id":"${prepared.session_id}","timestamp":2.5}' \\
    http://localhost:8000/thumbnail \\
    -o thumbnail.jpg`)
  assert.equal(readFileSync(join(directory, 'thumbnail.jpg')).toString('hex', 0, 3), 'ffd8ff')

  const cleanup = `-X POST \\
    -H "Content-Type: application/json" \\
    -H "Authorization: Bearer your_token" \\
    -d '{"session_id":"${prepared.session_id}"}' \\
    http://localhost:8000/cleanup`
  assert.deepEqual(JSON.parse(await curl(cleanup)), { message: '清理成功' })
  assert.equal(JSON.parse(await curl(cleanup)).error_code, 'INVALID_SESSION')
  assert.equal((await fetch(prepared.preview_url)).status, 404)
})

test(
  'thirty at once: never more than three are worked on, and every answer is right or says when to come back',
  LIMIT,
  async t => {
    const directory = directoryOf(t)
    await using server = await start(directory, { KINORA_LIMIT_MOTION_ADDRESS: '0' })
    const { session_id: id } = await prepare(server, await makeClip(directory, CLIP))
    let busiest = 0
    let done = false
    const watching = (async () => {
      while (!done) {
        busiest = Math.max(busiest, working(directory).length)
        await sleep(5)
      }
    })()
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const reply = await convert(server, id, { range_end: String(1 + index / 10), cover_time: '0.5' })
        if (reply.status === 200) assertMotionPhoto(Buffer.from(await reply.arrayBuffer()))
        else assert.ok(Number(reply.headers.get('retry-after')) >= 1)
        return reply.status
      }),
    )
    done = true
    await watching
    assert.deepEqual([...new Set(statuses)].sort(), [200, 429])
    // Those that are worked on, and four times as many that wait; more where some were done before others came.
    assert.ok(statuses.filter(status => status === 200).length >= 15)
    assert.ok(busiest >= 1 && busiest <= 3, `${busiest} at once`)
    await empty(directory)
  },
)

test('kill -9 in the middle of a photo loses no session, and leaves nothing behind', LIMIT, async t => {
  const directory = directoryOf(t)
  const clip = await makeClip(directory, { ...CLIP, size: '1280x720', seconds: 10 })
  let id = ''
  {
    await using server = await start(directory)
    id = (await prepare(server, clip)).session_id
    const cut = convert(server, id, { range_end: '10' })
    const refused = assert.rejects(cut)
    while (working(directory).length === 0) await sleep(5)
    await server.kill()
    await refused
  }
  await using server = await start(directory)
  const reply = await convert(server, id, { range_end: '10' })
  assert.equal(reply.status, 200)
  assertMotionPhoto(Buffer.from(await reply.arrayBuffer()))
  await empty(directory)
})

test('who hangs up in the middle stops the work, and half an upload leaves nothing', LIMIT, async t => {
  const directory = directoryOf(t)
  await using server = await start(directory)
  const clip = await makeClip(directory, { ...CLIP, size: '1280x720', seconds: 10 })
  const { session_id: id } = await prepare(server, clip)
  const gone = new AbortController()
  const cut = assert.rejects(convert(server, id, { range_end: '10', speed: '0.5' }, gone.signal))
  while (working(directory).length === 0) await sleep(5)
  gone.abort()
  await cut
  await empty(directory)

  const socket = connect(Number(new URL(server.studioUrl).port), '127.0.0.1')
  socket.write(
    'POST /prepare HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n' +
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
  )
  socket.write(readFileSync(clip).subarray(0, 100_000))
  while (readdirSync(join(directory, 'data', 'scratch')).length === 0) await sleep(5)
  socket.destroy()
  await empty(directory)
  assert.equal((await convert(server, id)).status, 200)
})

async function start(directory: string, env: Record<string, string> = {}): Promise<Server> {
  return await startServer('serve', directory, { KINORA_DATA_DIR: join(directory, 'data'), ...env })
}

// As a shell reads the document, at the address that the server has here.
function curlIn(directory: string, server: Server) {
  return async (words: string) => {
    const command = `curl -s ${words.replaceAll('http://localhost:8000', server.studioUrl)}`
    return (await promisify(execFile)('sh', ['-c', command], { cwd: directory })).stdout
  }
}

/** Workspaces of steps that are being worked on. */
function working(directory: string): string[] {
  return readdirSync(join(directory, 'data', 'scratch')).filter(name => name.startsWith('step_'))
}

async function empty(directory: string): Promise<void> {
  const left = () => readdirSync(join(directory, 'data', 'scratch'))
  const deadline = performance.now() + 20_000
  while (left().length > 0 && performance.now() < deadline) await sleep(20)
  assert.deepEqual(left(), [])
}

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-motion-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
