// images-roles: pictures where the door and the workers are processes of their own, over PostgreSQL and an S3.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { REPLICATE_PATH } from '../../src/features/images/caller-routes.ts'
import { until } from '../fixtures/children.ts'
import { imageJobs } from '../fixtures/image-client.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import { type S3Server, startS3 } from '../fixtures/s3.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { type FakeReplicate, startReplicate } from '../fixtures/vendors/replicate.ts'

// The pauses between two looks grow to three seconds: after the first looks, the next ones take longer than that by themselves.
const FIRST_LOOKS = 8
const NEXT_LOOKS = 6
const BY_THEMSELVES_MS = 10_000

let cluster: PostgresCluster
let s3: S3Server
let bucket: string
let site: Site
let vendor: FakeReplicate
let database: Database
let api: Server
let settings: Record<string, string>

before(async () => {
  cluster = await startPostgres()
  s3 = await startS3()
  vendor = await startReplicate()
  const url = await cluster.createDatabase()
  site = await openSite({ url })
  bucket = await s3.createBucket()
  const port = await freePort()
  settings = {
    ...s3.environment,
    KINORA_STORAGE_URL: `s3://${bucket}/kinora`,
    // A worker is lost after one and a half seconds of silence.
    KINORA_HEARTBEAT_SECONDS: '0.5',
    ...{ KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0', KINORA_FETCH_ALLOW: '127.0.0.1' },
    ...{ KINORA_REPLICATE_URL: vendor.url, KINORA_REPLICATE_TOKEN: vendor.key },
  }
  const door = { KINORA_PORT_STUDIO: String(port), KINORA_PUBLIC_URL: `http://127.0.0.1:${port}` }
  api = await site.start({ role: 'api', env: { ...settings, ...door } })
  await mkdir(join(site.directory, 'watcher'))
  database = await openDatabase({ url, directory: join(site.directory, 'watcher') })
})
afterEach(() => vendor.heal())
after(async () => {
  await database?.close()
  await site?.close()
  await vendor?.[Symbol.asyncDispose]()
  await s3?.stop()
  await cluster?.stop()
})

test('a picture is told of by the vendor, seen through a door that never had it, verified offline, and deleted', async () => {
  await using _one = await worker('one')
  await using _other = await worker('other')
  await using told = await listen()
  const { create, ended, bytes } = imageJobs(api)
  const job = await ended((await create({ prompt: 'a lighthouse', parameters: { num_outputs: 2 } })).id)
  assert.deepEqual([job.status, job.error_message, job.provider], ['completed', null, 'Replicate'])
  // Its own word came to this process, and was taken for its own.
  const [prediction] = vendor.predictions
  assert.equal(prediction?.webhook, `${api.studioUrl}${REPLICATE_PATH}`)
  await until(async () => told.names.includes(prediction.id))

  assert.equal(job.media?.length, 2)
  const [media] = job.media ?? []
  assert.ok(media)
  const picture = await bytes(media.url)
  assert.equal(picture.length, media.file_size_bytes)
  assert.equal(await seen(media.url, { range: 'bytes=0-7' }), '206 89504e470d0a1a0a')
  const { stdout } = await verify(picture, await (await fetch(`${media.url}/provenance`)).json())
  assert.match(stdout, /^The picture is as it was made: by Replicate \(black-forest-labs\/flux-schnell, seed \d+\)/)
  const other = Buffer.from(picture)
  other.writeUInt8(other.readUInt8(other.length - 20) ^ 1, other.length - 20)
  await assert.rejects(verify(other, await (await fetch(`${media.url}/provenance`)).json()), { code: 1 })

  const objects = async () => (await s3.client.listObjectsV2({ Bucket: bucket })).Contents?.map(({ Key }) => Key) ?? []
  const digest = createHash('sha256').update(picture).digest('hex')
  assert.ok((await objects()).some(key => key?.includes(digest)))
  assert.equal((await fetch(media.url, { method: 'DELETE' })).status, 204)
  for (const path of ['', '/info', '/provenance']) assert.match(await seen(`${media.url}${path}`), /^404 /)
  assert.equal((await fetch(media.url, { method: 'DELETE' })).status, 404)
  assert.equal((await imageJobs(api).status(job.id)).media?.length, 1)
  await until(async () => (await readdir(join(site.directory, 'api', 'scratch'))).length === 0)
  for (const name of ['one', 'other']) await until(async () => (await site.leftovers(name)).length === 0)
  assert.deepEqual(vendor.complaints, [])
})

test('word that comes to the door wakes whoever waits for it in another process, and its cancelling reaches the vendor', async () => {
  vendor.end({ status: 'never' })
  await using _worker = await worker('one')
  const { create, remove, status } = imageJobs(api)
  const { id } = await create({ prompt: 'a slow one', parameters: {} })
  const slow = () => vendor.predictions.find(({ input }) => input['prompt'] === 'a slow one')
  await until(async () => slow() !== undefined)
  const prediction = slow()?.id ?? assert.fail()
  const looks = () => vendor.heard.filter(line => line === `GET /predictions/${prediction}`).length
  await until(async () => looks() >= FIRST_LOOKS)

  const startedAt = performance.now()
  for (let word = 0; word < NEXT_LOOKS; word++) {
    const before = looks()
    assert.equal(await send(vendor.word(prediction)), 204)
    await until(async () => looks() > before)
  }
  assert.ok(performance.now() - startedAt < BY_THEMSELVES_MS, 'nobody was woken')

  const forged = { ...vendor.word(prediction), body: '{"id":"somebody-else"}' }
  assert.equal(await send(forged), 401)
  await remove(id)
  assert.equal((await status(id)).status, 'cancelled')
  await until(async () => vendor.orders.find(({ prompt }) => prompt === 'a slow one')?.cancelled === true)
})

test('kill -9 of a worker while the vendor works: the other one adopts the prediction, which is paid for once', async () => {
  vendor.take(4000)
  const workers = { one: await worker('one'), other: await worker('other') }
  const { create, ended, bytes } = imageJobs(api)
  const { id } = await create({ prompt: 'an orphan', parameters: {} })
  const orphans = () => vendor.predictions.filter(({ input }) => input['prompt'] === 'an orphan')
  await until(async () => orphans().length === 1 && (await notesOf(id)) === orphans()[0]?.id)
  const [holder, survivor] = await busyAndIdle()
  await workers[holder].kill()
  const job = await ended(id)
  assert.deepEqual([job.status, job.error_message, job.warnings], ['completed', null, undefined])
  assert.equal(orphans().length, 1)
  assert.ok((await bytes(job.media?.[0]?.url ?? '')).length > 1000)
  await until(async () => (await site.leftovers(survivor)).length === 0)
  await workers[survivor].kill()
})

test('the same Idempotency-Key twice, at once and later, is one job, and one order', async () => {
  vendor.take(0)
  await using _one = await worker('one')
  await using _other = await worker('other')
  const body = { prompt: 'only once', parameters: {} }
  const replies = await Promise.all([post(body, 'twice'), post(body, 'twice'), post(body, 'twice')])
  replies.push(await post(body, 'twice'))
  assert.deepEqual(
    replies.map(({ code, id }) => [code, id]),
    replies.map(() => [201, replies[0]?.id]),
  )
  const job = await imageJobs(api).ended(replies[0]?.id ?? '')
  assert.equal(job.status, 'completed')
  assert.equal(vendor.orders.filter(({ prompt }) => prompt === 'only once').length, 1)
  const another = await post({ ...body, prompt: 'something else' }, 'twice')
  assert.equal(another.code, 422)
})

/** One that a server will listen at in a moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await promisify(server.close.bind(server))()
  return port
}

async function worker(name: string): Promise<Server> {
  return await site.start({ role: 'worker', name, env: settings })
}

/** The names that are rung from now on. */
async function listen(): Promise<{ readonly names: readonly string[] } & AsyncDisposable> {
  const names: string[] = []
  const unlisten = await database.listen('kinora_nudges', name => void names.push(name))
  return { names, [Symbol.asyncDispose]: unlisten }
}

async function send({ headers, body }: ReturnType<FakeReplicate['word']>): Promise<number> {
  return (await fetch(`${api.studioUrl}${REPLICATE_PATH}`, { method: 'POST', headers, body })).status
}

async function post(body: object, key: string): Promise<{ readonly code: number; readonly id?: string }> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const answer = await fetch(`${api.studioUrl}/api/v1/jobs/generate`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  })
  return { code: answer.status, ...((await answer.json()) as { id?: string }) }
}

/** The status, and the bytes in hexadecimal. */
async function seen(url: string, headers: Record<string, string> = {}): Promise<string> {
  const reply = await fetch(url, { headers })
  return `${reply.status} ${Buffer.from(await reply.arrayBuffer()).toString('hex')}`
}

/** As somebody does who has been given the two files, and no server: it is an error where they do not fit. */
async function verify(picture: Buffer, provenance: unknown): Promise<{ stdout: string }> {
  const files = ['picture.png', 'provenance.json'].map(name => join(site.directory, name))
  const [pictureFile = '', provenanceFile = ''] = files
  await writeFile(pictureFile, picture)
  await writeFile(provenanceFile, JSON.stringify(provenance))
  const main = join(import.meta.dirname, '../../src/main.ts')
  const env = { PATH: process.env['PATH'] }
  return await promisify(execFile)(process.execPath, [main, 'verify', ...files], { env, cwd: site.directory })
}

/** What Replicate calls it, once that is kept. */
async function notesOf(runId: string): Promise<string | undefined> {
  const step = database.kysely.selectFrom('steps').select('notes').where('run_id', '=', runId)
  return ((await step.executeTakeFirstOrThrow()).notes as { id?: string } | null)?.id
}

/** Of the two workers the one that has work to do, and the other one. */
async function busyAndIdle(): Promise<['one', 'other'] | ['other', 'one']> {
  const work = await readdir(join(site.directory, 'one', 'scratch'))
  return work.length > 0 ? ['one', 'other'] : ['other', 'one']
}
