// shared: several workers on one database: one dies or stands still in the middle of a step, and another takes over.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { toolsIn, until } from '../fixtures/children.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import type { Job, JobEvent, Server } from '../fixtures/server.ts'
import { addClip, openSite, type Site, SLOW } from '../fixtures/site.ts'
import { assertCompleted } from './ledger.ts'

let cluster: PostgresCluster
let database: pg.Client
let site: Site
let api: Server

before(async () => {
  cluster = await startPostgres()
  const url = await cluster.createDatabase()
  database = new pg.Client(url)
  await database.connect()
  site = await openSite({ url })
  api = await site.start({ role: 'api' })
})
after(async () => {
  await site?.close()
  await database?.end()
  await cluster?.stop()
})

test('kill -9 of a worker in the middle of an encode: another one completes the job', async () => {
  await using victim = await worker('victim')
  const { job_id } = await submit('orphan')
  await api.heard(job_id, encoding)
  await victim.kill()
  await until(async () => (await toolsIn(site.directory)).length === 0)
  await using _heir = await worker('heir')
  const job = await api.ended(job_id)
  await assertCompleted(site, api, job)
  assert.deepEqual(renderOf(job), { attempt: 2, failures: 0, losses: 1 })
})

for (const encoder of ['stands still with it', 'goes on without it'])
  test(`a worker that stands still while its encoder ${encoder} is passed over, and wakes up to change nothing`, async () => {
    await using zombie = await worker('zombie')
    const { job_id } = await submit(`frozen-${encoder.split(' ', 1)}`)
    await api.heard(job_id, encoding)
    const tools = encoder.startsWith('stands') ? await toolsIn(site.directory) : []
    await outsideTransactions(zombie)
    for (const { pid } of tools) process.kill(pid, 'SIGSTOP')
    await using living = await worker('living')
    const job = await api.ended(job_id)
    await assertCompleted(site, api, job)
    assert.deepEqual(renderOf(job), { attempt: 2, failures: 0, losses: 1 })
    const before = await recordsOf(job)

    zombie.signal('SIGCONT')
    for (const { pid } of tools) wake(pid)
    await until(async () => (await site.leftovers('zombie')).length === 0)
    // It has one place for encodes: the next job has its turn when the old attempt is over, and there is nobody else.
    await living.kill()
    const next = await submit(`after-${encoder.split(' ', 1)}`)
    await assertCompleted(site, api, await api.ended(next.job_id))
    assert.deepEqual(await recordsOf(job), before)
    await assertCompleted(site, api, await api.job(job_id))
  })

test('a worker that stands still in the middle of a transaction does not keep the others waiting for it', async () => {
  await using zombie = await worker('holder')
  const { job_id } = await submit('held')
  await api.heard(job_id, encoding)
  await database.query('begin')
  await database.query('select from runs where id = $1 for update', [job_id])
  await until(async () => (await backends(`wait_event_type = 'Lock'`)) > 0)
  zombie.signal('SIGSTOP')
  await database.query('commit')
  await until(async () => (await backends(`state = 'idle in transaction'`)) === 1)
  await using living = await worker('waiting')
  await assertCompleted(site, api, await api.ended(job_id))
  assert.doesNotMatch(living.log(), /timeout/)
})

// The worker may have woken up first, and killed what is not its own any more.
function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH')
  }
}

async function worker(name: string): Promise<Server> {
  // It is lost after one and a half seconds of silence.
  const env = { KINORA_HEARTBEAT_SECONDS: '0.5', KINORA_CONCURRENCY_CPU: '1' }
  return await site.start({ role: 'worker', name, env })
}

async function submit(name: string): Promise<Job> {
  await addClip(site, `${name}.mp4`)
  const outputs = [{ id: 'source', destination: `${name}-out.mp4`, ...SLOW }]
  return await api.submit({ inputs: [{ id: 'source', source: `${name}.mp4` }], operations: [], outputs })
}

function encoding({ data }: JobEvent): boolean {
  return Number(data['overall_percent']) >= 10
}

function renderOf({ steps = [] }: Job): unknown {
  const render = steps.find(({ kind }) => kind === 'render')
  return render && { attempt: render.attempt, failures: render.failures, losses: render.losses }
}

/** Stops a worker at a moment when no transaction of its is open, which would be a case of its own. */
async function outsideTransactions(server: Server): Promise<void> {
  await until(async () => {
    server.signal('SIGSTOP')
    if ((await backends(`state <> 'idle'`)) === 0) return true
    server.signal('SIGCONT')
    return false
  })
}

/** How many connections of Kinora are like this just now. */
async function backends(condition: string): Promise<number> {
  const { rows } = await database.query(
    `select count(*)::int from pg_stat_activity where application_name = 'kinora' and datname = current_database() and ${condition}`,
  )
  return rows[0].count
}

/** Everything that the database knows of a job, and of what there was when it was completed. */
async function recordsOf({ job_id }: Job): Promise<unknown> {
  const texts = [
    'select * from runs where id = $1',
    'select * from steps where run_id = $1 order by position',
    'select * from events where run_id = $1 order by seq',
    'select * from artifact_keys where created_at <= (select completed_at from runs where id = $1) order by key',
  ]
  const found = []
  for (const text of texts) found.push((await database.query(text, [job_id])).rows)
  return found
}
