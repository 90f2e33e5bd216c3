// errors: the document's error bodies, word for word, and what else can be wrong with a request.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRuns } from './fake-runs.ts'
import { openDoor, SPEC } from './open-door.ts'

const MISSING = { error: 'missing_spec', message: 'Job specification is required', code: 400 }

for (const payload of ['{"spec": null}', '{}', 'null', ''])
  test(`a body of ${JSON.stringify(payload)} has no spec`, async () => {
    const runs = fakeRuns()
    const reply = await post(payload, runs)
    assert.deepEqual([reply.statusCode, reply.json()], [400, MISSING])
    assert.equal(runs.drafts.length, 0)
  })

test('a job that is not there', async () => {
  const reply = await (await openDoor()).inject('/api/v1/jobs/nonexistent')
  assert.equal(reply.statusCode, 404)
  assert.deepEqual(reply.json(), { error: 'job_not_found', message: 'Job nonexistent not found', code: 404 })
})

for (const status of ['completed', 'failed', 'cancelled'] as const)
  test(`a ${status} job cannot be cancelled`, async () => {
    const runs = fakeRuns()
    runs.put({ id: 'completed-job-id', status })
    const reply = await (await openDoor(runs)).inject({ method: 'DELETE', url: '/api/v1/jobs/completed-job-id' })
    assert.equal(reply.statusCode, 400)
    assert.deepEqual(reply.json(), { error: 'job_terminal', message: 'Job is already in terminal state', code: 400 })
  })

test('every fault of a spec is told at once, with its place in the body', async () => {
  const spec = {
    inputs: [{ id: 'a', source: '' }],
    operations: [{ op: 'scael', input: 'a', output: 'b', params: {} }],
    outputs: [{ id: 'nothing', destination: 'x.mp4', codek: {} }],
  }
  const reply = await post(JSON.stringify({ spec, urgency: 1 }))
  const body = reply.json()
  assert.equal(reply.statusCode, 400)
  assert.equal(body.error, 'invalid_spec')
  assert.equal(body.code, 400)
  const pointers = body.details.map(({ pointer }: { pointer: string }) => pointer)
  for (const pointer of ['/urgency', '/spec/inputs/0/source', '/spec/operations/0/op', '/spec/outputs/0/codek'])
    assert.ok(pointers.includes(pointer), `${pointer} in ${pointers}`)
  assert.match(JSON.stringify(body.details), /did you mean \\"scale\\"/)
})

test('a mistyped member is told with the name that was meant', async () => {
  const reply = await post(JSON.stringify({ specs: SPEC }))
  assert.deepEqual(reply.json(), {
    ...MISSING,
    details: [{ pointer: '/specs', message: 'is not known: did you mean "spec"?' }],
  })
})

// What is sent, and what is answered: status, code, and a word of the message.
const HOSTILE: readonly [string, string, number, string, RegExp][] = [
  ['JSON that is cut off', '{"spec": {', 400, 'invalid_request', /not valid JSON: look at line 1 column 11/],
  ['an array', '[]', 400, 'invalid_request', /must be a JSON object/],
  ['a number', '7', 400, 'invalid_request', /must be a JSON object/],
  ['a prototype', '{"spec": {"__proto__": {"x": 1}}}', 400, 'invalid_request', /^\/spec: must not .* __proto__$/],
  ['a prototype at the top', '{"__proto__": {}}', 400, 'invalid_request', /^The body must not .* __proto__$/],
  ['a constructor', '{"spec": {"constructor": {"prototype": 1}}}', 400, 'invalid_request', /constructor/],
  [
    'NUL in a text',
    '{"spec": {"inputs": [{"id": "a\\u0000"}]}}',
    400,
    'invalid_request',
    /^\/spec\/inputs\/0\/id: .*NUL/,
  ],
  ['NUL in a name', '{"spec": {"a\\u0000": 1}}', 400, 'invalid_request', /NUL/],
  ['half a surrogate pair', '{"spec": {"x": "\\ud800"}}', 400, 'invalid_request', /surrogate/],
  ['a text as spec', '{"spec": "trim it"}', 400, 'invalid_spec', /^\/spec: must be an object/],
  ['nesting without end', `{"spec": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400, 'invalid_request', /deep/],
  ['a body of a megabyte', `{"spec": "${'x'.repeat(2 ** 20)}"}`, 413, 'request_too_large', /too large/],
]

for (const [title, payload, status, error, message] of HOSTILE)
  test(`${title} is refused, and nothing starts`, async () => {
    const runs = fakeRuns()
    const reply = await post(payload, runs)
    const body = reply.json()
    assert.deepEqual([reply.statusCode, body.error, body.code], [status, error, status])
    assert.match(body.message, message)
    assert.equal(runs.drafts.length, 0)
  })

for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json\ta', 'multipart/form-data'])
  test(`a body of type ${JSON.stringify(type)} is refused`, async () => {
    const reply = await post(JSON.stringify({ spec: SPEC }), fakeRuns(), { 'content-type': type })
    assert.deepEqual([reply.statusCode, reply.json().error], [415, 'content_type_unsupported'])
  })

test('a compressed body is refused, whatever it says when it is unpacked', async () => {
  const reply = await post(JSON.stringify({ spec: SPEC }), fakeRuns(), { 'content-encoding': 'gzip' })
  assert.deepEqual([reply.statusCode, reply.headers['accept-encoding']], [415, 'identity'])
  assert.match(reply.json().message, /^The body must not be compressed/)
})

test('an address that is not there answers in the dialect', async () => {
  const reply = await (await openDoor()).inject('/nowhere?token=secret')
  assert.deepEqual(reply.json(), { error: 'not_found', message: 'There is nothing at /nowhere', code: 404 })
})

test('an address that cannot be decoded, and an id without end', async () => {
  const api = await openDoor()
  assert.deepEqual(fields((await api.inject('/api/v1/jobs/%ff')).json()), ['invalid_request', 400])
  assert.deepEqual(fields((await api.inject('/api/v1/jobs/%00')).json()), ['invalid_request', 400])
  assert.deepEqual(fields((await api.inject(`/api/v1/jobs/${'x'.repeat(1000)}`)).json()), ['not_found', 404])
})

test('a method that an address does not have is 405 and names those it has', async () => {
  const api = await openDoor()
  const reply = await api.inject({
    method: 'PUT',
    url: '/api/v1/jobs',
    payload: '<>',
    headers: { 'content-type': 'a/b' },
  })
  assert.deepEqual(fields(reply.json()), ['method_not_allowed', 405])
  assert.deepEqual(String(reply.headers.allow).split(', ').sort(), ['GET', 'HEAD', 'POST'])
  assert.equal((await api.inject({ method: 'POST', url: '/health' })).statusCode, 405)
})

test('an error of ours tells the caller nothing of the inside', async () => {
  const failing = { ...fakeRuns(), get: () => Promise.reject(new Error('ENOENT /srv/secret/path')) }
  const reply = await (await openDoor(failing)).inject('/api/v1/jobs/job_1')
  assert.deepEqual(reply.json(), { error: 'internal', message: 'Something went wrong on our side', code: 500 })
})

test('an answer that does not fit its schema is an error of ours, not a half answer', async () => {
  const runs = fakeRuns()
  runs.put({ id: 'job_odd', progress: Number.NaN })
  const reply = await (await openDoor(runs)).inject('/api/v1/jobs/job_odd')
  assert.deepEqual(fields(reply.json()), ['internal', 500])
})

test('every answer carries the id under which it is logged', async () => {
  const reply = await (await openDoor()).inject('/nowhere')
  assert.match(String(reply.headers['x-request-id']), /^req_/)
  assert.equal(reply.headers['x-content-type-options'], 'nosniff')
})

async function post(payload: string, runs = fakeRuns(), headers: Record<string, string> = {}) {
  const api = await openDoor(runs)
  return await api.inject({
    method: 'POST',
    url: '/api/v1/jobs',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

function fields({ error, code }: { error: string; code: number }): [string, number] {
  return [error, code]
}
