// listing: the bare array of document 000, its filter, and its pages.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FakeRuns, fakeRuns } from './fake-runs.ts'
import { openDoor } from './open-door.ts'

test('answers a bare array, newest first, without steps', async () => {
  const api = await openDoor(withRuns(3))
  const jobs = (await api.inject('/api/v1/jobs')).json()
  assert.deepEqual(
    jobs.map((job: { job_id: string }) => job.job_id),
    ['job_2', 'job_1', 'job_0'],
  )
  assert.ok(!('steps' in jobs[0]))
})

test('filters by status', async () => {
  const runs = withRuns(2)
  runs.put({ id: 'job_done', status: 'completed' })
  const reply = await (await openDoor(runs)).inject('/api/v1/jobs?status=completed')
  assert.deepEqual([reply.json().length, reply.json()[0].job_id], [1, 'job_done'])
  assert.equal(reply.headers['x-total-count'], '1')
})

test('answers 50 when nothing is said, and no more than 200', async () => {
  const api = await openDoor(withRuns(60))
  assert.equal((await api.inject('/api/v1/jobs')).json().length, 50)
  assert.equal((await api.inject('/api/v1/jobs?limit=200')).json().length, 60)
})

test('the headers tell the total and the neighbouring pages', async () => {
  const api = await openDoor(withRuns(25))
  const headers = { host: 'media.example:8081' }
  const reply = await api.inject({ url: '/api/v1/jobs?limit=10&offset=10&status=pending', headers })
  assert.equal(reply.headers['x-total-count'], '25')
  assert.deepEqual(links(reply.headers.link), {
    first: 'http://media.example:8081/api/v1/jobs?limit=10&offset=0&status=pending',
    prev: 'http://media.example:8081/api/v1/jobs?limit=10&offset=0&status=pending',
    next: 'http://media.example:8081/api/v1/jobs?limit=10&offset=20&status=pending',
    last: 'http://media.example:8081/api/v1/jobs?limit=10&offset=20&status=pending',
  })
})

test('the first page has no previous one, the last no next, and both are the same when there is nothing', async () => {
  const rels = async (count: number, query: string) =>
    Object.keys(links((await (await openDoor(withRuns(count))).inject(`/api/v1/jobs?${query}`)).headers.link))
  assert.deepEqual(await rels(20, 'limit=10'), ['first', 'next', 'last'])
  assert.deepEqual(await rels(20, 'limit=10&offset=10'), ['first', 'prev', 'last'])
  assert.deepEqual(await rels(0, 'limit=10'), ['first', 'last'])
})

test('a host name that is none does not reach the links', async () => {
  const api = await openDoor(withRuns(1))
  const reply = await api.inject({ url: '/api/v1/jobs', headers: { host: 'a>; rel="next' } })
  assert.equal(reply.statusCode, 200)
  assert.doesNotMatch(String(reply.headers.link), /rel="next/)
})

const WRONG: readonly [string, string][] = [
  ['status=done', '/querystring/status'],
  ['limit=0', '/querystring/limit'],
  ['limit=201', '/querystring/limit'],
  ['limit=ten', '/querystring/limit'],
  ['limit=1&limit=2', '/querystring/limit'],
  ['offset=-1', '/querystring/offset'],
  ['ofset=1', '/querystring/ofset'],
  ['status=%00', '/querystring/status'],
]

for (const [query, pointer] of WRONG)
  test(`?${query} is refused and says where`, async () => {
    const reply = await (await openDoor()).inject(`/api/v1/jobs?${query}`)
    assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_request'])
    assert.equal(reply.json().details[0].pointer, pointer)
  })

function withRuns(count: number): FakeRuns {
  const runs = fakeRuns()
  for (let index = 0; index < count; index++) runs.put({ id: `job_${index}` })
  return runs
}

function links(header: unknown): Record<string, string> {
  const found = String(header).matchAll(/<([^>]+)>; rel="(\w+)"/g)
  return Object.fromEntries([...found].map(([, url = '', rel = '']) => [rel, url]))
}
