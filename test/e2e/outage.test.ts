// outage: the plug of PostgreSQL is pulled in the middle of the work, and put back in.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import { addClip, openSite, type Site, SLOW } from '../fixtures/site.ts'
import { assertCompleted } from './ledger.ts'

let cluster: PostgresCluster
let site: Site

before(async () => {
  cluster = await startPostgres()
  site = await openSite({ url: await cluster.createDatabase() })
})
after(async () => {
  await site?.close()
  await cluster?.stop()
})

test('while the database is away the API says so, and afterwards all that was acknowledged is completed', async () => {
  const api = await site.start({ role: 'api' })
  const worker = await site.start({ role: 'worker', env: { KINORA_CONCURRENCY_CPU: '1' } })
  const ids: string[] = []
  for (const name of ['one', 'two', 'three']) ids.push((await api.submit(await specOf(name))).job_id)
  const [first = ''] = ids
  await api.heard(first, ({ data }) => Number(data['overall_percent']) >= 10)

  await cluster.stopImmediate()
  const questions: [method: string, path: string, body?: unknown][] = [
    ['GET', '/health'],
    ['GET', '/api/v1/health'],
    ['GET', '/api/v1/jobs'],
    ['GET', `/api/v1/jobs/${first}`],
    ['DELETE', `/api/v1/jobs/${first}`],
    ['GET', `/api/v1/jobs/${first}/events`],
    ['POST', '/api/v1/jobs', { spec: await specOf('refused') }],
  ]
  for (const [method, path, body] of questions) {
    const reply = await api.request(method, path, body)
    const { error, code } = reply.body as { error: string; code: number }
    assert.deepEqual({ method, path, status: reply.status, error, code }, { method, path, ...UNAVAILABLE })
  }
  await cluster.start()

  for (const id of ids) {
    const job = await api.ended(id)
    await assertCompleted(site, api, job)
    for (const { name, failures } of job.steps ?? []) assert.equal(failures, 0, name)
  }
  const again = await api.submit(await specOf('again'))
  await assertCompleted(site, api, await api.ended(again.job_id))
  assert.equal((await api.request('GET', '/health')).status, 200)
  // What was answered with 503 has not been started.
  assert.equal(((await api.request('GET', '/api/v1/jobs')).body as unknown[]).length, 4)
  assert.deepEqual(await site.leftovers('worker'), [])
  for (const server of [api, worker]) {
    server.signal('SIGTERM')
    assert.deepEqual(await server.exited, { code: 0, signal: null }, server.log())
  }
})

const UNAVAILABLE = { status: 503, error: 'unavailable', code: 503 }

async function specOf(name: string): Promise<unknown> {
  await addClip(site, `${name}.mp4`)
  const outputs = [{ id: 'source', destination: `${name}-out.mp4`, ...SLOW }]
  return { inputs: [{ id: 'source', source: `${name}.mp4` }], operations: [], outputs }
}
