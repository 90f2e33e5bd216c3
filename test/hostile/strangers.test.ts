// A thousand requests with somebody else's ids, keys and tokens, over every route that there is: nobody gets in, and no
// answer tells whether a thing exists.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { newId } from '../../src/lib/ids.ts'
import { type Listeners, openListeners } from '../../src/listeners.ts'
import type { Worker } from '../../src/runs/worker.ts'
import { openWorker } from '../../src/worker.ts'
import { makeClip } from '../fixtures/clips.ts'
import { placeEmbedded } from '../fixtures/databases.ts'

type Headers = Readonly<Record<string, string>>
type Route = { readonly method: string; readonly path: string; readonly names: readonly string[] }
type Answer = { readonly status: number; readonly body: string; readonly tookMs: number }

let app: App
let worker: Worker
let listeners: Listeners
let receiver: Server
let base: string
let routes: Route[]
let victim: { headers: Headers; job: string; delivery: string; key: string; secret: string }
/** Who knows the victim's ids and has good credentials, but not for the victim's things. */
let strangers: readonly (readonly [string, Headers])[]
/** Who has no good credentials. */
let intruders: readonly (readonly [string, Headers])[]

before(async () => {
  const { directory } = await placeEmbedded()
  receiver = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  const settings = {
    KINORA_DATA_DIR: directory,
    KINORA_AUTH: 'required',
    KINORA_HOST: '127.0.0.1',
    KINORA_PORT_PIPELINES: '0',
    KINORA_PORT_STUDIO: 'off',
    KINORA_LOG_LEVEL: 'silent',
    KINORA_FETCH_ALLOW: '127.0.0.1',
  }
  app = await openApp(loadConfig(settings))
  worker = await openWorker(app)
  listeners = await openListeners(app)
  base = `http://127.0.0.1:${listeners.ports.pipelines}`
  await makeClip(`${directory}/uploads`)
  const ann = await bearer('ann')
  await app.access.users.create({ email: 'ann@example.com', password: 'of ann alone', role: 'user' })
  victim = await makeThings(ann, `http://127.0.0.1:${port}/hook`)
  routes = await readRoutes(ann)
  ;[strangers, intruders] = await makeCallers()
})

after(async () => {
  await listeners?.close()
  await worker?.stop()
  await app?.close()
  receiver?.close()
})

async function bearer(userId: string, role: 'user' | 'admin' = 'user'): Promise<Headers> {
  return { authorization: `Bearer ${await app.access.tokens.generate({ userId, role })}` }
}

async function ask(method: string, path: string, headers: Headers, body?: object): Promise<Answer> {
  const content = body && { body: JSON.stringify(body) }
  const startedAt = performance.now()
  const reply = await fetch(`${base}${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...content,
  })
  return { status: reply.status, body: await reply.text(), tookMs: performance.now() - startedAt }
}

async function makeThings(headers: Headers, hook: string): Promise<typeof victim> {
  const spec = { inputs: [{ id: 'a', source: 'clip.mp4' }], outputs: [{ id: 'a', destination: 'secret-cut.mp4' }] }
  const started = await ask('POST', '/api/v1/jobs', headers, { spec, webhook_url: hook })
  assert.equal(started.status, 201, started.body)
  const { job_id: job } = JSON.parse(started.body)
  const deadline = AbortSignal.timeout(60_000)
  for await (const _event of app.runs.events(job, { owner: 'ann' }, 0, deadline));
  const [delivery] = await app.webhooks.deliveries(job, { owner: 'ann' })
  const made = JSON.parse((await ask('POST', '/api/v1/keys', headers, { name: 'of ann' })).body)
  return { headers, job, delivery: delivery?.id ?? assert.fail('no delivery'), key: made.id, secret: made.key }
}

async function readRoutes(headers: Headers): Promise<Route[]> {
  const { paths } = JSON.parse((await ask('GET', '/openapi.json', headers)).body) as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '')
      return { method: method.toUpperCase(), path, names }
    }),
  )
}

async function makeCallers(): Promise<[typeof strangers, typeof intruders]> {
  const { keys, tokens } = app.access
  const eve = await keys.generate({ userId: 'eve', name: 'good', role: 'user' })
  const revoked = await keys.generate({ userId: 'ann', name: 'revoked', role: 'user' })
  await keys.revoke(revoked.key.id, { owner: 'ann' })
  const expired = await keys.generate({ userId: 'ann', name: 'expired', role: 'user', expiresAt: new Date(0) })
  const token = await tokens.generate({ userId: 'ann', role: 'admin' })
  const ended = await tokens.generate({ userId: 'ann', role: 'admin' }, -1)
  const [head = '', claims = '', signature = ''] = token.split('.')
  return [
    [
      ['a token of eve', await bearer('eve')],
      ['a key of eve', { 'x-api-key': eve.secret }],
      ['a token of Ann', await bearer('Ann')],
      ['a token of a look-alike', await bearer('аnn')],
    ],
    [
      ['nothing', {}],
      ['a revoked key', { 'x-api-key': revoked.secret }],
      ['an expired key', { 'x-api-key': expired.secret }],
      ['the shown prefix of a key', { 'x-api-key': victim.secret.slice(0, 15) }],
      [
        'a key with one letter changed',
        { 'x-api-key': `${victim.secret.slice(0, -1)}${victim.secret.endsWith('a') ? 'b' : 'a'}` },
      ],
      ['an expired token', { authorization: `Bearer ${ended}` }],
      [
        'a token with another signature',
        { authorization: `Bearer ${head}.${claims}.${signature.split('').reverse().join('')}` },
      ],
      ['a token without a signature', { authorization: `Bearer ${head}.${claims}.` }],
      ['a user id', { authorization: 'Bearer ann' }],
      ['basic credentials', { authorization: `Basic ${Buffer.from('ann:ann').toString('base64')}` }],
    ],
  ]
}

/** An address of the route, with ids of real things or of such as never were. */
function address({ path }: Route, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(ids[name] ?? assert.fail(name)))
}

function realIds({ path }: Route): Record<string, string> {
  return {
    id: path.includes('/keys/') ? victim.key : victim.job,
    delivery_id: victim.delivery,
    email: 'ann@example.com',
  }
}

function madeUpIds({ path }: Route): Record<string, string> {
  return {
    id: newId(path.includes('/keys/') ? 'key' : 'job'),
    delivery_id: newId('msg'),
    email: `${newId('user')}@example.com`,
  }
}

const MALFORMED = ['../x', '..', '%2e%2e', "' or 1=1 --", 'a'.repeat(300), 'job_', '\u202e', '0', 'null', '{}', '*']

async function possessions() {
  const { headers, job } = victim
  const paths = [`/api/v1/jobs/${job}`, `/api/v1/jobs/${job}/deliveries`, '/api/v1/jobs', '/api/v1/webhooks/secret']
  const keys = await app.access.keys.list({ userId: 'ann', limit: 50, offset: 0 })
  return [...(await Promise.all(paths.map(async path => (await ask('GET', path, headers)).body))), keys]
}

test('every route with an id refuses strangers and intruders alike, whether the thing exists or not', async t => {
  const before = await possessions()
  let asked = 0
  const real: number[] = []
  const madeUp: number[] = []
  for (const route of routes.filter(({ names }) => names.length > 0))
    for (const [kind, headers] of [...strangers, ...intruders]) {
      const label = `${route.method} ${route.path} with ${kind}`
      const known = intruders.every(([name]) => name !== kind)
      const expected = known ? (route.path.includes('/admin/') ? 403 : 404) : 401
      const ids = [realIds(route), madeUpIds(route)]
      const [exists, absent] = await Promise.all(ids.map(each => ask(route.method, address(route, each), headers)))
      assert.ok(exists && absent)
      assert.deepEqual([exists.status, absent.status], [expected, expected], label)
      assert.equal(
        exists.body.replaceAll(ids[0]?.['id'] ?? '', 'ID').replaceAll(victim.delivery, 'DELIVERY'),
        absent.body.replaceAll(ids[1]?.['id'] ?? '', 'ID').replaceAll(ids[1]?.['delivery_id'] ?? '', 'DELIVERY'),
        label,
      )
      if (known) {
        real.push(exists.tookMs)
        madeUp.push(absent.tookMs)
      }
      asked += 2
      for (const id of MALFORMED) {
        const { status } = await ask(route.method, address(route, { id, delivery_id: id, email: id }), headers)
        assert.ok(status === expected || status === 404 || status === 400, `${label}: ${id} ${status}`)
        asked += 1
      }
    }
  assert.ok(asked >= 1000, `${asked}`)
  assert.deepEqual(await possessions(), before)
  const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]?.toFixed(2)
  t.diagnostic(`${asked} requests; median ${median(real)} ms for what exists, ${median(madeUp)} ms for what does not`)
})

test('routes without an id let intruders in nowhere, and show strangers nothing of anybody else', async () => {
  const open = ['/health', '/api/v1/health', '/openapi.json']
  const spec = { inputs: [{ id: 'a', source: 'clip.mp4' }], outputs: [{ id: 'a', destination: 'x.mp4' }] }
  const known = [victim.job, victim.delivery, victim.key, victim.secret, 'secret-cut']
  for (const { method, path } of routes.filter(({ names }) => names.length === 0)) {
    const body = method === 'POST' ? { spec } : undefined
    for (const [kind, headers] of intruders) {
      if (open.includes(path)) continue
      assert.equal((await ask(method, path, headers, body)).status, 401, `${method} ${path} with ${kind}`)
    }
    for (const [kind, headers] of strangers) {
      const { body: answered, status } = await ask(method, path, headers, body)
      assert.ok(status < 500, `${method} ${path} with ${kind}: ${status}`)
      for (const secret of known)
        assert.ok(!answered.includes(secret), `${method} ${path} with ${kind} tells ${secret}`)
    }
  }
})

test('what belongs to the admin is forbidden to everybody else', async () => {
  for (const path of ['/api/v1/admin/stats', '/metrics']) {
    for (const [kind, headers] of strangers)
      assert.equal((await ask('GET', path, headers)).status, 403, `${path} with ${kind}`)
    assert.equal((await ask('GET', path, await bearer('root', 'admin'))).status, 200, path)
  }
})

test('a job of a stranger reads nothing of what somebody else has made', async () => {
  const eve = await bearer('eve')
  const sources = [
    `run://${victim.job}/a`,
    'secret-cut.mp4',
    'file:///output/secret-cut.mp4',
    'file:///output/ann/secret-cut.mp4',
  ]
  for (const source of sources) {
    const spec = { inputs: [{ id: 'a', source }], outputs: [{ id: 'a', destination: 'stolen.mp4' }] }
    const { job_id: id } = JSON.parse((await ask('POST', '/api/v1/jobs', eve, { spec })).body)
    for await (const _event of app.runs.events(id, { owner: 'eve' }, 0, AbortSignal.timeout(30_000)));
    const { status, error } = await app.runs.get(id, { owner: 'eve' })
    assert.deepEqual([status, error?.code], ['failed', 'source_missing'], source)
  }
})

test('an admin sees what everybody has', async () => {
  const root = await bearer('root', 'admin')
  assert.equal((await ask('GET', `/api/v1/jobs/${victim.job}`, root)).status, 200)
  assert.ok((await ask('GET', '/api/v1/jobs', root)).body.includes(victim.job))
})
