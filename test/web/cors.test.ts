// cors: which origins may call, on every route and every answer, and what nobody is told.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import { openListeners } from '../../src/listeners.ts'
import { motionMeans } from '../features/motion-photos/http/open-door.ts'
import { fakeRuns } from '../features/pipelines/fake-runs.ts'
import { services } from '../features/pipelines/open-door.ts'

const ROUTES: readonly [string, string][] = [
  ['GET', '/health'],
  ['GET', '/api/v1/jobs'],
  ['POST', '/api/v1/jobs'],
  ['DELETE', '/api/v1/jobs/job_1'],
  ['GET', '/api/v1/admin/stats'],
  ['GET', '/nowhere'],
]
const FOREIGN = [
  'https://evil.test',
  'null',
  'https://app.example.evil.test',
  'https://evilapp.example',
  'http://app.example',
  'https://app.example:444',
  'https://APP.example',
  '*',
]

for (const [method, path] of ROUTES)
  test(`${method} ${path}: an origin of the list is let in, with credentials, and no other`, async t => {
    const url = `${await serve(t, { KINORA_CORS_ORIGINS: 'https://app.example' })}${path}`
    const good = await fetch(url, { method, headers: { origin: 'https://app.example' } })
    assert.equal(good.headers.get('access-control-allow-origin'), 'https://app.example')
    assert.equal(good.headers.get('access-control-allow-credentials'), 'true')
    assert.match(good.headers.get('access-control-expose-headers') ?? '', /X-Total-Count/)
    assert.match(good.headers.get('vary') ?? '', /Origin/)
    const preflight = await ask(url, method, 'https://app.example')
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://app.example')
    assert.ok(preflight.headers.get('access-control-allow-methods')?.split(', ').includes(method))
    assert.equal(preflight.headers.get('access-control-allow-headers'), ASKED)
    assert.match(preflight.headers.get('vary') ?? '', /Origin, Access-Control-Request-Headers/)
    assert.deepEqual(hiddenFrom(good), [], 'every header of the answer can be read')
    for (const origin of FOREIGN)
      for (const reply of [await fetch(url, { method, headers: { origin } }), await ask(url, method, origin)]) {
        const names = [...reply.headers.keys()].filter(name => name.startsWith('access-control-'))
        assert.deepEqual(names, [], origin)
        assert.match(reply.headers.get('vary') ?? '', /Origin/)
      }
  })

test('who asks for no header is allowed none', async t => {
  const url = await serve(t, { KINORA_CORS_ORIGINS: 'https://app.example' })
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'DELETE' }
  const reply = await fetch(`${url}/api/v1/jobs/job_1`, { method: 'OPTIONS', headers })
  assert.deepEqual([reply.status, reply.headers.has('access-control-allow-headers')], [204, false])
})

test('a refusal of the request itself can be read, too', async t => {
  const url = await serve(t, { KINORA_CORS_ORIGINS: 'https://app.example' })
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`x-${index}`, '1']))
  const reply = await fetch(`${url}/health`, { headers: { ...many, origin: 'https://app.example' } })
  assert.equal(reply.status, 413)
  assert.equal(reply.headers.get('access-control-allow-origin'), 'https://app.example')
})

test('when nothing is said, pages in development and our own listeners may call', async t => {
  const url = await serve(t, {})
  const { port } = new URL(url)
  const usual = [
    'http://localhost:5173',
    `http://localhost:${port}`,
    `http://127.0.0.1:${port}`,
    `http://[::1]:${port}`,
  ]
  for (const origin of usual) assert.equal(await allowedOf(url, origin), origin)
  assert.equal(await allowedOf(url, 'http://localhost:5174'), null)
})

test('the address that the outside knows is one of ours', async t => {
  const url = await serve(t, { KINORA_PUBLIC_URL: 'https://media.example/kinora/' })
  assert.equal(await allowedOf(url, 'https://media.example'), 'https://media.example')
})

test('OPTIONS without an origin tells what there is at an address', async t => {
  const url = await serve(t, {})
  const reply = await fetch(`${url}/api/v1/jobs`, { method: 'OPTIONS' })
  assert.deepEqual([reply.status, reply.headers.get('allow')], [204, 'POST, GET, HEAD'])
  assert.equal((await fetch(`${url}/nowhere`, { method: 'OPTIONS' })).status, 404)
})

async function allowedOf(url: string, origin: string): Promise<string | null> {
  const reply = await fetch(`${url}/health`, { headers: { origin } })
  return reply.headers.get('access-control-allow-origin')
}

// What a library of tomorrow sends is asked for as well.
const ASKED = 'authorization,content-type,idempotency-key,tus-resumable,upload-length,x-anything,x-progress-id'

function ask(url: string, method: string, origin: string): Promise<Response> {
  const headers = { 'access-control-request-method': method, 'access-control-request-headers': ASKED }
  return fetch(url, { method: 'OPTIONS', headers: { origin, ...headers } })
}

// Fetch, "CORS-safelisted response-header name"; then what browsers act on and scripts have no use for.
const ALWAYS_SEEN = ['cache-control', 'content-language', 'content-type', 'expires', 'last-modified', 'pragma']
const FOR_BROWSERS =
  /^(?:access-control-|cross-origin-|content-security-|referrer-|x-content-type-|vary$|connection$|keep-alive$|transfer-)/

function hiddenFrom({ headers }: Response): string[] {
  const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase().split(', ')
  return [...headers.keys()].filter(
    name => !ALWAYS_SEEN.includes(name) && !FOR_BROWSERS.test(name) && !exposed.includes(name),
  )
}

async function serve(t: TestContext, env: Record<string, string>): Promise<string> {
  const config = loadConfig({ KINORA_PORT_PIPELINES: '0', KINORA_PORT_STUDIO: 'off', ...env })
  const statistics = () => Promise.reject(new Error('Nothing is counted here'))
  const house = { ...services(fakeRuns()), ...motionMeans(), config, statistics, log: pino({ level: 'silent' }) }
  const listeners = await openListeners(house)
  t.after(() => listeners.close())
  return `http://127.0.0.1:${listeners.ports.pipelines}`
}
