// webhooks: what a caller says about a job besides its spec, and the webhooks it asks for, over HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/lib/errors.ts'
import type { Delivery, Webhooks } from '../../../src/runs/webhooks/delivery.ts'
import { AT, fakeRuns } from './fake-runs.ts'
import { openDoor, SPEC } from './open-door.ts'

const GOOD = { priority: -3, metadata: { order: 7, nested: { list: [1] } }, webhook_url: 'https://example.com/hook' }

test('priority, metadata and webhook_url are shown again, in a job and in a listing', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  const reply = await api.inject({ method: 'POST', url: '/api/v1/jobs', payload: { spec: SPEC, ...GOOD } })
  assert.equal(reply.statusCode, 201, reply.body)
  const { priority, metadata, webhook_url } = reply.json()
  assert.deepEqual({ priority, metadata, webhook_url }, GOOD)
  const [draft] = runs.drafts
  assert.deepEqual([draft?.priority, draft?.metadata, draft?.webhookUrl], Object.values(GOOD))
  const [listed] = (await api.inject('/api/v1/jobs')).json()
  assert.deepEqual([listed.priority, listed.metadata, listed.webhook_url], Object.values(GOOD))
})

test('the same body can be planned', async () => {
  const api = await openDoor()
  const payload = { spec: SPEC, ...GOOD }
  assert.equal((await api.inject({ method: 'POST', url: '/api/v1/plan', payload })).statusCode, 200)
  const bad = { ...payload, webhook_url: 'http://10.0.0.1/' }
  assert.equal((await api.inject({ method: 'POST', url: '/api/v1/plan', payload: bad })).statusCode, 400)
})

test('every fault is told at once, of the spec and of what stands beside it', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  const spec = { ...SPEC, inputs: [{ id: 'input1', source: '' }] }
  const payload = { spec, priority: 11, metadata: [], webhook_url: 'http://127.0.0.1/' }
  const reply = await api.inject({ method: 'POST', url: '/api/v1/jobs', payload })
  assert.equal(reply.statusCode, 400)
  const pointers = reply.json().details.map(({ pointer }: { pointer: string }) => pointer)
  for (const pointer of ['/priority', '/metadata', '/webhook_url', '/spec/inputs/0/source'])
    assert.ok(pointers.includes(pointer), `${pointer} in ${pointers}`)
  assert.equal(runs.drafts.length, 0)
})

const WRONG: readonly (readonly [pointer: string, value: unknown])[] = [
  ['/priority', 1.5],
  ['/priority', -11],
  ['/priority', '1'],
  ['/metadata', null],
  ['/metadata', 'text'],
  ['/metadata', { text: 'é'.repeat(8200) }],
  ['/webhook_url', 5],
  ['/webhook_url', ''],
  ['/webhook_url', 'example.com/hook'],
  ['/webhook_url', 'ftp://example.com/'],
  ['/webhook_url', 'file:///etc/passwd'],
  ['/webhook_url', 'http://user:secret@example.com/'],
  ['/webhook_url', 'http://2130706433/'],
  ['/webhook_url', 'http://0x7f.1/'],
  ['/webhook_url', 'http://[::ffff:127.0.0.1]/'],
  ['/webhook_url', 'http://169.254.169.254/latest/meta-data'],
  ['/webhook_url', 'http://localhost/'],
  ['/webhook_url', 'http://example.com:6379/'],
]

for (const [pointer, value] of WRONG)
  test(`${pointer} must not be ${JSON.stringify(value).slice(0, 60)}`, async () => {
    const payload = { spec: SPEC, [pointer.slice(1)]: value }
    const reply = await (await openDoor()).inject({ method: 'POST', url: '/api/v1/jobs', payload })
    assert.equal(reply.statusCode, 400)
    assert.deepEqual(
      reply.json().details.map((fault: { pointer: string }) => fault.pointer),
      [pointer],
    )
    assert.ok(!reply.body.includes('secret'))
  })

test('metadata of just 16 KiB is taken', async () => {
  const metadata = { text: 'x'.repeat(16 * 1024 - '{"text":""}'.length) }
  const payload = { spec: SPEC, metadata }
  assert.equal((await (await openDoor()).inject({ method: 'POST', url: '/api/v1/jobs', payload })).statusCode, 201)
})

const DELIVERY: Delivery = {
  id: 'evt_1',
  type: 'run.completed',
  status: 'pending',
  createdAt: AT,
  nextAt: AT,
  attempts: [
    { startedAt: AT, durationMs: 1000, reason: 'no_answer' },
    { startedAt: AT, durationMs: 12, status: 503 },
    { startedAt: AT },
  ],
}

function known(): Webhooks {
  const unknown = () => Promise.reject(new AppError('run_not_found', 'There is no such run'))
  return {
    check: url => url,
    deliveries: async (id, { owner }) => (id === 'job_1' && owner === 'anonymous' ? [DELIVERY] : await unknown()),
    async redeliver(id, deliveryId) {
      if (id !== 'job_1') return await unknown()
      if (deliveryId !== 'evt_1') throw new AppError('delivery_not_found', 'There is no such delivery')
      return DELIVERY
    },
    secret: async owner => ({ secret: `whsec_of ${owner}`, createdAt: AT }),
    rotateSecret: async owner => ({ secret: `whsec_new of ${owner}`, createdAt: AT }),
  }
}

const TOLD = {
  id: 'evt_1',
  event: 'job.completed',
  status: 'pending',
  created_at: AT.toISOString(),
  next_attempt_at: AT.toISOString(),
  attempts: [
    { started_at: AT.toISOString(), duration_ms: 1000, reason: 'no_answer' },
    { started_at: AT.toISOString(), duration_ms: 12, status: 503 },
    { started_at: AT.toISOString() },
  ],
}

test('the deliveries of a job are listed with every attempt, and sent again by hand', async () => {
  const api = await openDoor(fakeRuns(), { webhooks: known() })
  assert.deepEqual((await api.inject('/api/v1/jobs/job_1/deliveries')).json(), [TOLD])
  const again = await api.inject({ method: 'POST', url: '/api/v1/jobs/job_1/deliveries/evt_1/redeliver' })
  assert.deepEqual([again.statusCode, again.json()], [202, TOLD])
})

test('deliveries of a job that is not there, and a delivery that is not there', async () => {
  const api = await openDoor(fakeRuns(), { webhooks: known() })
  const gone = { error: 'job_not_found', message: 'Job job_2 not found', code: 404 }
  assert.deepEqual((await api.inject('/api/v1/jobs/job_2/deliveries')).json(), gone)
  const again = (id: string, delivery: string) =>
    api.inject({ method: 'POST', url: `/api/v1/jobs/${id}/deliveries/${delivery}/redeliver` })
  assert.deepEqual((await again('job_2', 'evt_1')).json(), gone)
  const reply = await again('job_1', 'evt_2')
  assert.deepEqual([reply.statusCode, reply.json().error], [404, 'delivery_not_found'])
})

test('the secret is shown to its owner, renewed, and kept by no cache', async () => {
  const api = await openDoor(fakeRuns(), { webhooks: known() })
  const shown = await api.inject('/api/v1/webhooks/secret')
  assert.deepEqual(shown.json(), { secret: 'whsec_of anonymous', created_at: AT.toISOString() })
  const renewed = await api.inject({ method: 'POST', url: '/api/v1/webhooks/secret/rotate' })
  assert.equal(renewed.json().secret, 'whsec_new of anonymous')
  for (const { statusCode, headers } of [shown, renewed])
    assert.deepEqual([statusCode, headers['cache-control']], [200, 'no-store'])
})

test('without credentials, where they are required, nothing of it is told', async () => {
  const api = await openDoor(fakeRuns(), { webhooks: known(), auth: 'required' })
  for (const [method, url] of [
    ['GET', '/api/v1/webhooks/secret'],
    ['POST', '/api/v1/webhooks/secret/rotate'],
    ['GET', '/api/v1/jobs/job_1/deliveries'],
    ['POST', '/api/v1/jobs/job_1/deliveries/evt_1/redeliver'],
    ['POST', '/api/v1/jobs/job_1/retry'],
  ] as const)
    assert.equal((await api.inject({ method, url })).statusCode, 401, url)
})

test('a job that failed is retried; any other is not', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  const error = { code: 'ffmpeg_failed', message: 'It broke' } as const
  runs.put({ id: 'failed', status: 'failed', error, completedAt: AT })
  for (const status of ['pending', 'processing', 'completed'] as const) runs.put({ id: status, status })
  const retry = (id: string) => api.inject({ method: 'POST', url: `/api/v1/jobs/${id}/retry` })
  const reply = await retry('failed')
  assert.deepEqual([reply.statusCode, reply.json().status, reply.json().error], [200, 'pending', undefined])
  for (const status of ['pending', 'processing', 'completed']) {
    const refused = await retry(status)
    assert.deepEqual([refused.statusCode, refused.json().error], [400, 'job_not_failed'])
  }
  assert.deepEqual((await retry('nothing')).json().error, 'job_not_found')
})

test('events of steps point into the job as its error does, and a retry is an event', async () => {
  const runs = fakeRuns()
  runs.put({ id: 'job_1', status: 'failed' })
  const details = [{ pointer: '/inputs/0', message: 'is short' }]
  const data = {
    step: 'plan',
    code: 'spec_invalid',
    message: 'The media does not allow this: /inputs/0 is short',
    details,
  }
  runs.tell('job_1', { seq: 1, type: 'step.failed', data })
  runs.tell('job_1', { seq: 2, type: 'run.retried', data: {} }, 'last')
  const { body } = await (await openDoor(runs)).inject('/api/v1/jobs/job_1/events')
  const [failed, retried] = [...body.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, text]) => ({
    event,
    data: JSON.parse(text ?? ''),
  }))
  assert.deepEqual(failed?.data.details, [{ pointer: '/spec/inputs/0', message: 'is short' }])
  assert.equal(failed?.data.message, 'The media does not allow this: /spec/inputs/0: is short')
  assert.equal(failed?.data.step, 'plan')
  assert.deepEqual([retried?.event, retried?.data.status], ['job.retried', 'pending'])
})
