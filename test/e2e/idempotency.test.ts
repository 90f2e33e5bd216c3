// idempotency: a crowd of clients sends the same POST while sockets are cut and servers killed: one job, one answer.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { until } from '../fixtures/children.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

type Reply = { readonly status: number; readonly body: string; readonly location: string | undefined }

const CLIENTS = 100
const LONGEST_MS = 90_000

test('embedded: a hundred clients with one key, sockets cut, kill -9 and a restart: one job, and all are told the same', async () => {
  await using site = await openSite()
  let server = await site.start()
  for (const moment of ['at once', 'after the first answer'] as const) {
    const key = `key-${moment.replaceAll(' ', '-')}`
    const heard = Promise.withResolvers<void>()
    const clients = crowd(() => server.url, key, heard.resolve)
    if (moment === 'at once') await delay(20)
    else await heard.promise
    await server.kill()
    server = await site.start()
    assertAlike(await clients)
    assert.equal(await jobsWith(server, key), 1)
    const other = await send(server.url, key, specOf('another'))
    assert.deepEqual([other.status, JSON.parse(other.body).error], [422, 'idempotency_key_reused'])
  }
})

test('two processes on PostgreSQL: the same, when one of them is killed', async () => {
  const apis = [await site.start({ role: 'api', name: 'a' }), await site.start({ role: 'api', name: 'b' })] as const
  let turn = 0
  const heard = Promise.withResolvers<void>()
  const clients = crowd(() => (apis[++turn % 2] as Server).url, 'crowd', heard.resolve)
  await Promise.race([heard.promise, delay(50)])
  await apis[0].kill()
  assertAlike(await clients)
  assert.equal(await jobsWith(apis[1], 'crowd'), 1)
  await site.killAll()
})

test('kill -9 between the job and its answer: another process answers for the same job', async () => {
  const dying = await site.start({ role: 'api', name: 'dying' })
  const living = await site.start({ role: 'api', name: 'living' })
  // From now on no answer can be kept: the job is there, and nobody has heard of it.
  await database.query('select pg_advisory_lock(42)')
  await database.query(`create function hold() returns trigger language plpgsql as
    $$begin perform pg_advisory_xact_lock_shared(42); return new; end$$`)
  await database.query(
    'create trigger hold before update on answers for each row when (new.status is not null) execute function hold()',
  )
  const lost = send(dying.url, 'between', specOf('between')).catch(() => undefined)
  await until(async () => (await waiting()) === 1)
  await dying.kill()
  assert.equal(await lost, undefined)
  // What was on its way in the database would still arrive.
  await database.query(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory'`)
  await until(async () => (await waiting()) === 0)
  await database.query('drop trigger hold on answers')
  await database.query('select pg_advisory_unlock(42)')
  const [first, second] = await Promise.all([
    send(living.url, 'between', specOf('between')),
    send(living.url, 'between', specOf('between')),
  ])
  assert.equal(first.status, 201)
  assert.equal(second.body, first.body)
  assert.equal(await jobsWith(living, 'between'), 1)
  await site.killAll()
})

let cluster: PostgresCluster
let database: pg.Client
let site: Site

before(async () => {
  cluster = await startPostgres()
  const url = await cluster.createDatabase()
  database = new pg.Client(url)
  await database.connect()
  site = await openSite({ url })
})
after(async () => {
  await site?.close()
  await database?.end()
  await cluster?.stop()
})

/** Every client tries until it has an answer; a third of them hang up somewhere on the way, the first time. */
async function crowd(url: () => string, key: string, onReply: () => void): Promise<Reply[]> {
  const client = async (index: number) => {
    const deadline = performance.now() + LONGEST_MS
    for (let attempt = 0; performance.now() < deadline; attempt++) {
      const cutMs = attempt === 0 && index % 3 === 0 ? Math.random() * 60 : undefined
      const reply = await send(url(), key, specOf(key), cutMs).catch(() => undefined)
      if (reply && reply.status < 500) {
        onReply()
        return reply
      }
      await delay(100)
    }
    throw new Error(`client ${index} was not answered in ${LONGEST_MS} ms`)
  }
  return await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)))
}

function send(url: string, key: string, spec: unknown, cutMs?: number): Promise<Reply> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const sent = request(`${url}/api/v1/jobs`, { method: 'POST', headers, agent: false }, async reply => {
    try {
      const body = Buffer.concat(await reply.toArray()).toString()
      resolve({ status: reply.statusCode ?? 0, body, location: reply.headers.location })
    } catch (error) {
      reject(error)
    }
  })
  sent.on('error', reject)
  if (cutMs !== undefined) setTimeout(() => sent.destroy(new Error('cut')), cutMs)
  sent.end(JSON.stringify({ spec }))
  return promise
}

function assertAlike(replies: readonly Reply[]): void {
  const [first] = replies
  assert.equal(first?.status, 201, first?.body)
  assert.equal(first.location, `/api/v1/jobs/${JSON.parse(first.body).job_id}`)
  for (const reply of replies) assert.deepEqual(reply, first)
}

// Nothing is there to be read: a job is a job all the same.
function specOf(name: string): unknown {
  const outputs = [{ id: 'in', destination: `${name}.mp4` }]
  return { inputs: [{ id: 'in', source: `${name}-is-nowhere.mp4` }], operations: [], outputs }
}

async function jobsWith(server: Server, name: string): Promise<number> {
  const { body } = await server.request('GET', '/api/v1/jobs?limit=200')
  return (body as object[]).filter(job => JSON.stringify(job).includes(`${name}-is-nowhere.mp4`)).length
}

async function waiting(): Promise<number> {
  const { rows } = await database.query(
    `select count(*)::int from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`,
  )
  return rows[0].count
}
