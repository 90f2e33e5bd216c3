// jobs: the document's requests and answers, field by field.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Graph } from '../../../src/engine/graph.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { AT, fakeRuns } from './fake-runs.ts'
import { openDoor, SPEC } from './open-door.ts'

test('starts a job and says where it is', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  const reply = await api.inject({ method: 'POST', url: '/api/v1/jobs', payload: { spec: SPEC } })
  const job = reply.json()
  assert.equal(reply.statusCode, 201)
  assert.match(job.job_id, /^job_[0-9a-z]{24}$/)
  assert.equal(reply.headers.location, `/api/v1/jobs/${job.job_id}`)
  assert.deepEqual(job, {
    job_id: job.job_id,
    status: 'pending',
    progress: { overall_percent: 0, current_step: 'pending' },
    spec: SPEC,
    priority: 0,
    outputs: [],
    steps: [],
    created_at: '2024-12-22T10:30:00.000Z',
    updated_at: '2024-12-22T10:30:00.000Z',
  })
  assert.equal(runs.drafts[0]?.door, 'pipelines')
  assert.equal(runs.drafts[0]?.owner, 'anonymous')
  const planned = runs.drafts[0]?.steps.at(-1)?.params as { graph: Graph } | undefined
  assert.deepEqual(planned?.graph.operations[0]?.params, { start: 10_000_000, duration: 30_000_000 })
})

test('tells everything about a job that has been worked on', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  runs.put({
    id: 'job_done',
    status: 'failed',
    request: { spec: SPEC },
    progress: 45.5678,
    currentStep: 'render hd',
    startedAt: AT,
    completedAt: AT,
    warnings: [{ pointer: '/operations/0', message: 'is used by no output' }],
    error: { code: 'ffmpeg_failed', message: 'It broke', details: [{ pointer: '/inputs/0', message: 'is short' }] },
    outputs: [
      {
        id: 'hd',
        destination: 'hd.mp4',
        sizeBytes: 1234,
        sha256: 'ab',
        durationS: 6.5,
        cached: true,
        streams: [
          { kind: 'video', codec: 'h264', widthPx: 1280, heightPx: 720, frameRate: '30000/1001' },
          { kind: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 2 },
        ],
      },
    ],
    steps: [
      { name: 'render hd', kind: 'render', status: 'running', progress: 0.4567, attempt: 2, failures: 1, losses: 0 },
    ],
  })
  const job = (await api.inject('/api/v1/jobs/job_done')).json()
  assert.deepEqual(job.progress, { overall_percent: 45.5, current_step: 'render hd' })
  assert.deepEqual(job.outputs[0].streams, [
    { type: 'video', codec: 'h264', width: 1280, height: 720, frame_rate: '30000/1001' },
    { type: 'audio', codec: 'aac', sample_rate: 48_000, channels: 2 },
  ])
  const { streams: _, ...output } = job.outputs[0]
  assert.deepEqual(output, { id: 'hd', destination: 'hd.mp4', size: 1234, duration: 6.5, sha256: 'ab', cached: true })
  assert.deepEqual(job.steps, [
    { name: 'render hd', kind: 'render', status: 'running', percent: 45.6, attempt: 2, failures: 1, losses: 0 },
  ])
  assert.deepEqual(job.warnings, [{ pointer: '/spec/operations/0', message: 'is used by no output' }])
  assert.deepEqual(job.error, {
    code: 'ffmpeg_failed',
    message: 'It broke',
    details: [{ pointer: '/spec/inputs/0', message: 'is short' }],
  })
  assert.equal(job.completed_at, '2024-12-22T10:30:00.000Z')
})

test('leaves out error, warnings and times that there are not', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  runs.put({ id: 'job_new' })
  const job = (await api.inject('/api/v1/jobs/job_new')).json()
  for (const name of ['error', 'warnings', 'started_at', 'completed_at']) assert.ok(!(name in job), name)
})

test('cancels a job with 200 and the job', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  runs.put({ id: 'job_busy', status: 'processing' })
  const reply = await api.inject({ method: 'DELETE', url: '/api/v1/jobs/job_busy' })
  assert.equal(reply.statusCode, 200)
  assert.equal(reply.json().status, 'cancelled')
})

test('a DELETE that says Content-Type but has no body is fine', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  runs.put({ id: 'job_busy', status: 'processing' })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await api.inject({ method: 'DELETE', url: '/api/v1/jobs/job_busy', headers })).statusCode, 200)
})

test('somebody else sees neither the job nor that there is one', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  runs.put({ id: 'job_theirs', owner: 'user_1' })
  for (const method of ['GET', 'DELETE'] as const)
    assert.equal((await api.inject({ method, url: '/api/v1/jobs/job_theirs' })).statusCode, 404)
  assert.equal((await api.inject('/api/v1/jobs/job_theirs/events')).statusCode, 404)
  assert.deepEqual((await api.inject('/api/v1/jobs')).json(), [])
})

test('explains a job without starting it', async () => {
  const runs = fakeRuns({
    steps: [
      { name: 'fetch input1', kind: 'fetch', cached: true },
      { name: 'render trimmed', kind: 'render', command: ['ffmpeg', '-i', 'file:/in/0'] },
      { name: 'probe', kind: 'probe', needs: 'fetch' },
    ],
    warnings: [{ pointer: '/outputs/0', message: 'is short' }],
  })
  const api = await openDoor(runs)
  const reply = await api.inject({ method: 'POST', url: '/api/v1/plan', payload: { spec: SPEC } })
  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), {
    steps: [
      { name: 'fetch input1', kind: 'fetch', cached: true },
      { name: 'render trimmed', kind: 'render', command: ['ffmpeg', '-i', 'file:/in/0'] },
      { name: 'probe', kind: 'probe', needs: 'fetch' },
    ],
    warnings: [{ pointer: '/spec/outputs/0', message: 'is short' }],
  })
  assert.equal(runs.drafts.length, 0)
})

test('a fault that only the media shows is told where the body has it', async () => {
  const details = [{ pointer: '/operations/0/params/start', message: 'must be before the end' }]
  const failing = { ...fakeRuns(), explain: () => Promise.reject(new AppError('spec_invalid', 'No', { details })) }
  const api = await openDoor(failing)
  const reply = await api.inject({ method: 'POST', url: '/api/v1/plan', payload: { spec: SPEC } })
  assert.equal(reply.statusCode, 400)
  assert.equal(reply.json().details[0].pointer, '/spec/operations/0/params/start')
})

test('a job that its media does not allow says where, in the same words twice', async () => {
  const runs = fakeRuns()
  const details = [{ pointer: '/operations/0/params/start', message: 'must be before the end' }]
  const message = 'The media does not allow this: /operations/0/params/start must be before the end'
  runs.put({ id: 'job_1', status: 'failed', error: { code: 'spec_invalid', message, details } })
  const { error } = (await (await openDoor(runs)).inject('/api/v1/jobs/job_1')).json()
  assert.deepEqual(error, {
    code: 'spec_invalid',
    message: 'The media does not allow this: /spec/operations/0/params/start: must be before the end',
    details: [{ pointer: '/spec/operations/0/params/start', message: 'must be before the end' }],
  })
})

test('names every operation with the schema of its parameters', async () => {
  const api = await openDoor()
  const operations = (await api.inject('/api/v1/operations')).json()
  const trim = operations.find((operation: { name: string }) => operation.name === 'trim')
  assert.deepEqual(trim.inputs, { min: 1, max: 1 })
  assert.ok(trim.description.length > 0)
  assert.ok('start' in trim.params.properties)
})

for (const [url, headers] of [
  ['/health', { authorization: 'Bearer wrong' }],
  ['/api/v1/health', {}],
] as const)
  test(`${url} is open where credentials are required`, async () => {
    const api = await openDoor(fakeRuns(), { auth: 'required' })
    const reply = await api.inject({ url, headers })
    assert.equal(reply.statusCode, 200)
    assert.deepEqual(reply.json(), {
      status: 'ok',
      version: '0.1.0',
      database: 'pglite',
      ffmpeg: '5.1.9',
      sandbox: 'bubblewrap+seccomp',
      queues: { cpu: 0 },
    })
  })

test('HEAD answers the headers of GET and no body', async () => {
  const runs = fakeRuns()
  const api = await openDoor(runs)
  runs.put({ id: 'job_new' })
  for (const url of ['/health', '/api/v1/jobs', '/api/v1/jobs/job_new', '/api/v1/jobs/job_new/events']) {
    const reply = await api.inject({ method: 'HEAD', url })
    assert.equal(reply.statusCode, 200, url)
    assert.equal(reply.body, '', url)
  }
})
