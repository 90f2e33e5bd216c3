// motion-roles: motion photos where the door and the workers are processes of their own, over PostgreSQL and an S3.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { openAsBlob, readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { toolsIn, until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { assertMotionPhoto, convert, prepare } from '../fixtures/motion-client.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import { type S3Server, startS3 } from '../fixtures/s3.ts'
import type { Role, Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

const CLEAN = { code: 0, signal: null }

let cluster: PostgresCluster
let s3: S3Server
let site: Site
let api: Server
let settings: Record<string, string>

before(async () => {
  cluster = await startPostgres()
  s3 = await startS3()
  const storage = { KINORA_STORAGE_URL: `s3://${await s3.createBucket()}/kinora`, ...s3.environment }
  // A worker is lost after one and a half seconds of silence; a drain is as long as any machine needs.
  const times = { KINORA_HEARTBEAT_SECONDS: '0.5', KINORA_DRAIN_SECONDS: '600' }
  settings = { ...storage, ...times, KINORA_LIMIT_MOTION_ADDRESS: '0' }
  site = await openSite({ url: await cluster.createDatabase() })
  api = await start('api')
})
after(async () => {
  await site?.close()
  await s3?.stop()
  await cluster?.stop()
})

test('a clip is prepared, looked at, converted, taken apart and cleaned up, and every byte goes through the S3', async () => {
  await using _worker = await start('worker')
  const clip = await makeClip(site.uploads, { name: 'whole.mp4', seconds: 6, size: '320x180', rate: 25 })
  const { session_id, preview_url, duration } = await prepare(api, clip)
  assert.equal(duration, 6)
  const whole = Buffer.from(await (await fetch(preview_url)).arrayBuffer())
  const part = await fetch(preview_url, { headers: { range: 'bytes=1000-1999' } })
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-range'), `bytes 1000-1999/${whole.length}`)
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(1000, 2000))

  const photo = join(site.directory, 'IMG.MP.jpg')
  writeFileSync(photo, await bytesOf(convert(api, session_id)))
  assert.match(await exiftool('-validate', '-warning', '-a', photo), /^Validate +: OK\n$/)

  const instant = { session_id, timestamp: 2.5 }
  assert.equal((await bytesOf(post('/thumbnail', instant))).toString('hex', 0, 3), 'ffd8ff')
  const report = JSON.parse(String(await bytesOf(upload('/inspect', photo))))
  assert.equal(report.is_motion_photo, true, JSON.stringify(report))
  const taken = await bytesOf(upload('/extract?part=clip', photo))
  assert.ok(taken.length > 1000)
  assert.deepEqual(taken, readFileSync(photo).subarray(-taken.length))

  assert.equal((await post('/cleanup', { session_id })).status, 200)
  for (const gone of [post('/cleanup', { session_id }), fetch(preview_url), convert(api, session_id)])
    assert.equal((await gone).status, 404)
  assert.deepEqual(await readdir(join(site.directory, 'api', 'scratch')), [])
  assert.deepEqual(await site.leftovers('worker'), [])
})

test('kill -9 of a worker in the middle of a photo: another one finishes it, and who waits gets it', async () => {
  await using one = await start('worker', 'one')
  await using other = await start('worker', 'other')
  const { session_id } = await prepare(api, await clipOf('orphan', 24))
  const reply = convert(api, session_id)
  const { name } = await standStill(['one', 'other'])
  await (name === 'one' ? one : other).kill()
  assertMotionPhoto(await bytesOf(reply))
  assert.deepEqual(await site.leftovers(name === 'one' ? 'other' : 'one'), [])
})

test('SIGTERM of the door while somebody waits: they get their photo, and whoever wants nothing is not waited for', async () => {
  const leaving = await start('api', 'leaving')
  await using _worker = await start('worker', 'staying')
  const { session_id } = await prepare(leaving, await clipOf('leaving', 25))
  await assertAnswered(leaving, session_id, 'staying')
})

test('SIGTERM of everything in one process while somebody waits: the step ends, and they get their photo', async () => {
  const server = await start('serve', 'alone')
  const { session_id } = await prepare(server, await clipOf('alone', 26))
  await assertAnswered(server, session_id, 'alone')
})

// The last one: afterwards there is no S3 any more.
test('without the S3 nothing can be made, and health says so', async () => {
  const health = async () => await fetch(`${api.studioUrl}/health`)
  assert.equal((await health()).status, 200)
  await s3.stop()
  await until(async () => (await health()).status === 503)
  const { detail } = (await (await health()).json()) as { detail: string }
  assert.match(detail, /storage/)
})

/** Stops the server in the middle of the work, which goes on when those who want nothing have been cut off. */
async function assertAnswered(server: Server, session_id: string, worker: string): Promise<void> {
  const reply = convert(server, session_id)
  const { goOn } = await standStill([worker])
  const { cut } = await loiter(server)
  server.signal('SIGTERM')
  await cut
  goOn()
  assertMotionPhoto(await bytesOf(reply))
  assert.deepEqual(await server.exited, CLEAN, server.log())
  assert.deepEqual(await site.leftovers(worker), [])
}

/** Connects two who want nothing: one between requests, one that never ends its own. Answers when both are cut off. */
async function loiter({ studioUrl }: Server): Promise<{ readonly cut: Promise<unknown> }> {
  const { hostname, port } = new URL(studioUrl)
  const cut = ['GET /health HTTP/1.1\r\nHost: x\r\n\r\n', 'POST /prepare HTTP/1.1\r\nHost'].map(async text => {
    const socket = connect(Number(port), hostname)
    socket.write(text)
    await once(socket, text.endsWith('\n') ? 'data' : 'connect')
    return { gone: once(socket.resume(), 'close') }
  })
  const talking = await Promise.all(cut)
  return { cut: Promise.all(talking.map(({ gone }) => gone)) }
}

/** Stops the encoder of the first of these processes that has one; answers whose it was, and how it goes on. */
async function standStill(names: readonly string[]): Promise<{ readonly name: string; goOn(): void }> {
  let found: { name: string; pid: number } | undefined
  await until(async () => {
    for (const name of names) {
      const encoders = (await toolsIn(join(site.directory, name))).filter(tool => tool.name === 'ffmpeg')
      found = encoders.map(({ pid }) => ({ name, pid })).find(({ pid }) => signal(pid, 'SIGSTOP'))
      if (found) return true
    }
    return false
  })
  const { name, pid } = found ?? assert.fail()
  return { name, goOn: () => void signal(pid, 'SIGCONT') }
}

// False when it has ended by then.
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH')
    return false
  }
}

async function start(role: Role, name: string = role): Promise<Server> {
  return await site.start({ role, name, env: settings })
}

/** Long enough for its encoder to be met, and no other's picture, of which the photo would be there already. */
async function clipOf(name: string, rate: number): Promise<string> {
  return await makeClip(site.uploads, { name: `${name}.mp4`, seconds: 10, size: '1280x720', rate })
}

async function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await fetch(`${api.studioUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function upload(path: string, file: string): Promise<Response> {
  const body = new FormData()
  body.set('file', await openAsBlob(file))
  return await fetch(`${api.studioUrl}${path}`, { method: 'POST', body })
}

async function bytesOf(answering: Promise<Response>): Promise<Buffer> {
  const reply = await answering
  const bytes = Buffer.from(await reply.arrayBuffer())
  assert.equal(reply.status, 200, String(bytes))
  return bytes
}

async function exiftool(...args: string[]): Promise<string> {
  return (await promisify(execFile)('exiftool', args)).stdout
}
