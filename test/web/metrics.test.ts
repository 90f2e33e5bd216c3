// metrics.test: what Prometheus reads: numbers of everything that matters, and labels with few values.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { refusal } from '../../src/access/refusal.ts'
import { readMeasures } from '../../src/runs/measures.ts'
import { startStepClock } from '../../src/runs/step-clock.ts'
import { openTallies } from '../../src/runs/tallies.ts'
import { type Metrics, openMetrics } from '../../src/web/metrics.ts'
import { fakeRuns } from '../features/pipelines/fake-runs.ts'
import { openDoor } from '../features/pipelines/open-door.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { insertRun, openKeeping } from '../fixtures/upkeep.ts'

const PROCESS = { version: '1.2.3', sandbox: 'bubblewrap' }

forEachDatabase((_engine, open) => {
  test('the tables are told in numbers, those of all processes added up', async () => {
    const db = await open()
    const { publish } = await openKeeping(db)
    await publish('a', 'ten bytes.')
    await insertRun(db, { id: 'job_a' })
    await insertRun(db, { id: 'job_b', status: 'processing', step: 'running' })
    for (const tallies of [openTallies(), openTallies()]) {
      startStepClock(tallies, 'render')('succeeded')
      startStepClock(tallies, 'render')('ffmpeg_failed')
      tallies.add('retention', { what: 'runs' }, 2)
      await tallies.flush(db.kysely)
      await tallies.flush(db.kysely)
    }
    const metrics = openMetrics({ registry: new Registry(), read: () => readMeasures(db.kysely), ...PROCESS })
    assertLines(await metrics.text(), [
      'kinora_runs{status="completed"} 1',
      'kinora_runs{status="processing"} 1',
      'kinora_steps{queue="quick",status="running"} 1',
      'kinora_artifacts 1',
      'kinora_stored_bytes 10',
      'kinora_arrivals 0',
      'kinora_database_up 1',
      'kinora_step_failures_total{code="ffmpeg_failed",kind="render"} 2',
      'kinora_step_seconds_bucket{kind="render",outcome="succeeded",le="0.1"} 2',
      'kinora_step_seconds_bucket{kind="render",outcome="succeeded",le="+Inf"} 2',
      'kinora_step_seconds_count{kind="render",outcome="failed"} 2',
      '# TYPE kinora_step_seconds histogram',
      'kinora_retention_total{what="runs"} 4',
    ])
  })
})

test('what runs here and how it is confined is told', async () => {
  assertLines(await silent().text(), [
    `kinora_build_info{version="1.2.3",node="${process.version}"} 1`,
    'kinora_sandbox_level{level="bubblewrap"} 1',
  ])
  assert.match(await silent().text(), /^nodejs_eventloop_lag_seconds /m)
})

test('without the database the process still has numbers, and says that it is alone', async () => {
  const read = () => Promise.reject(new Error('gone'))
  const text = await openMetrics({ registry: new Registry(), read, ...PROCESS }).text()
  assertLines(text, ['kinora_database_up 0', 'kinora_sandbox_level{level="bubblewrap"} 1'])
})

test('the tables are not read for everybody who asks', async () => {
  let reads = 0
  const read = async () => {
    reads++
    return []
  }
  const metrics = openMetrics({ registry: new Registry(), read, ...PROCESS })
  await Promise.all([metrics.text(), metrics.text()])
  await metrics.text()
  assert.equal(reads, 1)
})

test('requests are measured by route, never by what somebody makes up', async () => {
  const metrics = silent()
  const api = await openDoor(fakeRuns(), { metrics })
  for (const url of ['/api/v1/jobs/job_1', '/api/v1/jobs/job_2', '/made/up/1', '/made/up/2']) await api.inject({ url })
  const { statusCode, headers, body } = await api.inject({ url: '/metrics' })
  assert.equal(statusCode, 200)
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/)
  assertLines(body, [
    'kinora_http_request_seconds_count{method="GET",route="/api/v1/jobs/:id",status="404"} 2',
    'kinora_http_request_seconds_count{method="GET",route="none",status="404"} 2',
  ])
  assert.doesNotMatch(body, /job_1|made/)
  await api.close()
})

test('where credentials are required, they are an admin’s', async () => {
  const callers = new Map([
    ['Bearer admin', 'admin' as const],
    ['Bearer user', 'user' as const],
  ])
  const access = {
    keys: {} as never,
    tokens: {} as never,
    users: {} as never,
    async identify(credential: { token: string } | { key: string }) {
      const role = 'token' in credential ? callers.get(`Bearer ${credential.token}`) : undefined
      if (!role) throw refusal('token')
      return { userId: 'ann', role, method: 'jwt' as const }
    },
  }
  const api = await openDoor(fakeRuns(), { metrics: silent(), auth: 'required', access })
  const statusOf = async (authorization?: string) =>
    (await api.inject({ url: '/metrics', headers: authorization === undefined ? {} : { authorization } })).statusCode
  assert.deepEqual(
    [await statusOf(), await statusOf('Bearer wrong'), await statusOf('Bearer user'), await statusOf('Bearer admin')],
    [401, 401, 403, 200],
  )
  await api.close()
})

function silent(): Metrics {
  return openMetrics({ registry: new Registry(), read: async () => [], ...PROCESS })
}

function assertLines(text: string, expected: readonly string[]): void {
  const lines = new Set(text.split('\n'))
  assert.deepEqual(
    expected.filter(line => !lines.has(line)),
    [],
    text,
  )
}
