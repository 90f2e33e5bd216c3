// events: what a client hears of a job, in the document's words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AT, fakeRuns } from './fake-runs.ts'
import { openDoor } from './open-door.ts'

test('tells the whole story of a job, and ends with it', async () => {
  const runs = fakeRuns()
  runs.put({ id: 'job_1', status: 'failed' })
  runs.tell('job_1', { seq: 1, type: 'run.created', data: {} })
  runs.tell('job_1', { seq: 2, type: 'step.started', data: { step: 'render hd', kind: 'render', attempt: 1 } })
  runs.tell('job_1', { seq: 3, type: 'run.progress', data: { overall_percent: 12.5, current_step: 'render hd' } })
  const details = [{ pointer: '/inputs/0', message: 'is short' }]
  runs.tell('job_1', { seq: 4, type: 'run.failed', data: { code: 'ffmpeg_failed', message: 'No', details } }, 'last')
  const reply = await (await openDoor(runs)).inject('/api/v1/jobs/job_1/events')
  const about = { job_id: 'job_1', created_at: AT.toISOString() }
  assert.deepEqual(parse(reply.body), [
    ['1', 'job.created', { ...about, status: 'pending' }],
    ['2', 'step.started', { ...about, step: 'render hd', kind: 'render', attempt: 1 }],
    ['3', 'job.progress', { ...about, status: 'processing', overall_percent: 12.5, current_step: 'render hd' }],
    [
      '4',
      'job.failed',
      {
        ...about,
        status: 'failed',
        error: { code: 'ffmpeg_failed', message: 'No', details: [{ pointer: '/spec/inputs/0', message: 'is short' }] },
      },
    ],
  ])
})

test('events that come later are heard, and a resumed stream begins after the last one', async () => {
  const runs = fakeRuns()
  runs.put({ id: 'job_1', status: 'processing' })
  runs.tell('job_1', { seq: 1, type: 'run.created', data: {} })
  runs.tell('job_1', { seq: 2, type: 'run.started', data: {} })
  const headers = { 'last-event-id': '1' }
  const reply = (await openDoor(runs)).inject({ url: '/api/v1/jobs/job_1/events', headers })
  setImmediate(() => runs.tell('job_1', { seq: 3, type: 'run.completed', data: {} }, 'last'))
  assert.deepEqual(
    parse((await reply).body).map(([id, event]) => [id, event]),
    [
      ['2', 'job.started'],
      ['3', 'job.completed'],
    ],
  )
})

test('a client that hangs up is not told on', async () => {
  const runs = fakeRuns()
  runs.put({ id: 'job_1', status: 'processing' })
  const api = await openDoor(runs)
  const url = await api.listen({ host: '127.0.0.1', port: 0 })
  const hangUp = new AbortController()
  await fetch(`${url}/api/v1/jobs/job_1/events`, { signal: hangUp.signal })
  const gone = runs.untilAborted()
  hangUp.abort()
  assert.equal(await gone, 'job_1')
  await api.close()
})

test('a job that is not there is 404, not a stream', async () => {
  const reply = await (await openDoor()).inject('/api/v1/jobs/nonexistent/events')
  assert.deepEqual(reply.json(), { error: 'job_not_found', message: 'Job nonexistent not found', code: 404 })
})

function parse(stream: string): [string, string, object][] {
  const events = stream.split('\n\n').filter(part => part.startsWith('id: '))
  return events.map(part => {
    const field = (name: string) => part.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1] ?? ''
    return [field('id'), field('event'), JSON.parse(field('data'))]
  })
}
