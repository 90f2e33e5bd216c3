// stopping: what a server leaves behind when it is asked to stop, and who may have its directory meanwhile.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { toolsIn, until } from '../fixtures/children.ts'
import type { Job, JobEvent } from '../fixtures/server.ts'
import { addClip, openSite, type Site, SLOW } from '../fixtures/site.ts'
import { assertCompleted, assertStory } from './ledger.ts'

let site: Site

before(async () => {
  site = await openSite()
})
afterEach(() => site.killAll())
after(() => site?.close())

const CLEAN = { code: 0, signal: null }

test('SIGTERM lets a step finish that can, and what comes after it is done by the next server', async () => {
  const first = await site.start()
  const { job_id } = await first.submit(await specOf('short'))
  await first.heard(job_id, encoding)
  first.signal('SIGTERM')
  assert.deepEqual(await first.exited, CLEAN, first.log())
  assert.deepEqual(await site.leftovers(), [])
  const second = await site.start()
  const job = await second.ended(job_id)
  await assertCompleted(site, second, job)
  assert.deepEqual(renderOf(job), { attempt: 1, failures: 0, losses: 0 })
})

test('SIGTERM hands back a step that takes longer than the drain, and that costs it nothing', async () => {
  const first = await site.start({ env: { KINORA_DRAIN_SECONDS: '0.1' } })
  const { job_id } = await first.submit(await specOf('long', 20))
  await first.heard(job_id, encoding)
  first.signal('SIGTERM')
  assert.deepEqual(await first.exited, CLEAN, first.log())
  assert.deepEqual(await site.leftovers(), [])
  const second = await site.start()
  const job = await second.ended(job_id)
  const events = await assertCompleted(site, second, job)
  assert.deepEqual(renderOf(job), { attempt: 2, failures: 0, losses: 0 })
  assert.equal(events.filter(({ event }) => event === 'step.released').length, 1)
})

test('a second SIGTERM ends it at once, and the job goes on with the next server', async () => {
  const first = await site.start({ env: { KINORA_DRAIN_SECONDS: '3600' } })
  const { job_id } = await first.submit(await specOf('hurried', 20))
  await first.heard(job_id, encoding)
  first.signal('SIGTERM')
  // It is stopping when it accepts nothing more.
  await until(async () => (await first.job(job_id).catch(() => undefined)) === undefined)
  first.signal('SIGTERM')
  assert.deepEqual(await first.exited, { code: 1, signal: null }, first.log())
  await until(async () => (await toolsIn(site.directory)).length === 0)
  const second = await site.start()
  await second.heard(job_id, ({ event, data }) => event === 'step.started' && data['attempt'] === 2)
})

test('a directory has one server at a time, and none after kill -9', async () => {
  const first = await site.start()
  const refusal = `kinora: "${site.directory}" is in use by another Kinora process: stop it first, or choose another directory with KINORA_DATA_DIR\n`
  await assert.rejects(site.start(), { message: refusal, exit: { code: 1, signal: null } })
  assert.equal((await first.request('GET', '/health')).status, 200)
  await first.kill()
  const third = await site.start()
  assert.equal((await third.request('GET', '/health')).status, 200)
})

test('DELETE during an encode answers when ffmpeg is gone, and what was there before stays', async () => {
  const first = await site.start()
  const before = await first.submit(await specOf('kept'))
  await assertCompleted(site, first, await first.ended(before.job_id))
  const { job_id } = await first.submit(await specOf('unwanted', 20, 'kept-out.mp4'))
  await first.heard(job_id, encoding)
  const { status, body } = await first.request('DELETE', `/api/v1/jobs/${job_id}`)
  assert.deepEqual([status, (body as Job).status, await site.leftovers()], [200, 'cancelled', []])
  await first.kill()
  const second = await site.start()
  assert.deepEqual(await second.job(job_id), body)
  assertStory(await Array.fromAsync(second.follow(job_id)))
  const again = await second.request('DELETE', `/api/v1/jobs/${job_id}`)
  assert.deepEqual([again.status, (again.body as { error: string }).error], [400, 'job_terminal'])
  await assertCompleted(site, second, await second.job(before.job_id))
})

function encoding({ data }: JobEvent): boolean {
  return Number(data['overall_percent']) >= 10
}

async function specOf(name: string, seconds?: number, destination = `${name}-out.mp4`): Promise<unknown> {
  await addClip(site, `${name}.mp4`, seconds)
  const outputs = [{ id: 'source', destination, ...SLOW }]
  return { inputs: [{ id: 'source', source: `${name}.mp4` }], operations: [], outputs }
}

function renderOf({ steps = [] }: Job): unknown {
  const render = steps.find(({ kind }) => kind === 'render')
  return render && { attempt: render.attempt, failures: render.failures, losses: render.losses }
}
