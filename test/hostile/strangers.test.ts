// A thousand requests with somebody else's ids, keys and tokens, over every route that there is: nobody gets in, and no
// answer tells whether a thing exists.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { newId, newUuid } from '../../src/lib/ids.ts'
import { type Listeners, openListeners } from '../../src/listeners.ts'
import type { Worker } from '../../src/runs/worker.ts'
import { openWorker } from '../../src/worker.ts'
import { makeClip } from '../fixtures/clips.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { bearer as bearerOf, type Callers, type Headers, makeCallers } from './callers.ts'

type Door = 'pipelines' | 'studio'
type Route = {
  readonly door: Door
  readonly method: string
  readonly path: string
  readonly names: readonly string[]
}
type Answer = { readonly status: number; readonly body: string; readonly tookMs: number }

let app: App
let worker: Worker
let listeners: Listeners
let receiver: Server
let bases: Readonly<Record<Door, string>>
let routes: Route[]
let victim: {
  headers: Headers
  job: string
  delivery: string
  key: string
  secret: string
  image: string
  media: string
}
/** Who knows the victim's ids and has good credentials, but not for the victim's things. */
let strangers: Callers
/** Who has no good credentials. */
let intruders: Callers

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
    KINORA_PORT_STUDIO: '0',
    KINORA_LIMIT_IMAGES_CREATE: '0',
    KINORA_LIMIT_IMAGES_STATUS: '0',
    KINORA_LOG_LEVEL: 'silent',
    KINORA_FETCH_ALLOW: '127.0.0.1',
  }
  app = await openApp(loadConfig(settings))
  worker = await openWorker(app)
  listeners = await openListeners(app)
  const { pipelines, studio } = listeners.ports
  bases = { pipelines: `http://127.0.0.1:${pipelines}`, studio: `http://127.0.0.1:${studio}` }
  await makeClip(`${directory}/uploads`)
  const ann = await bearer('ann')
  await app.access.users.create({ email: 'ann@example.com', password: 'of ann alone', role: 'user' })
  victim = { ...(await makeThings(ann, `http://127.0.0.1:${port}/hook`)), ...(await makeImage(ann)) }
  routes = [
    ...(await readRoutes('pipelines', '/openapi.json')),
    ...(await readRoutes('studio', '/openapi/images.json')),
  ]
  ;({ strangers, intruders } = await makeCallers(app.access, victim.secret))
})

after(async () => {
  await listeners?.close()
  await worker?.stop()
  await app?.close()
  receiver?.close()
})

async function bearer(userId: string, role?: 'user' | 'admin'): Promise<Headers> {
  return await bearerOf(app.access, userId, role)
}

async function ask(
  method: string,
  path: string,
  headers: Headers,
  body?: object,
  door: Door = 'pipelines',
): Promise<Answer> {
  const content = body && { body: JSON.stringify(body) }
  const startedAt = performance.now()
  const reply = await fetch(`${bases[door]}${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...content,
  })
  return { status: reply.status, body: await reply.text(), tookMs: performance.now() - startedAt }
}

async function makeImage(headers: Headers) {
  const parameters = { model: 'procedural', width: 128, height: 128 }
  const body = { prompt: 'The secret garden', parameters }
  const started = await ask('POST', '/api/v1/jobs/generate', headers, body, 'studio')
  assert.equal(started.status, 201, started.body)
  const { id: image } = JSON.parse(started.body)
  await app.runs.ended(image, { owner: 'ann' }, AbortSignal.timeout(60_000))
  const [media] = await app.images.gallery.of([image])
  return { image, media: media?.id ?? assert.fail('no picture') }
}

async function makeThings(headers: Headers, hook: string): Promise<Omit<typeof victim, 'image' | 'media'>> {
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

async function readRoutes(door: Door, description: string): Promise<Route[]> {
  const { body } = await ask('GET', description, {}, undefined, door)
  const { paths } = JSON.parse(body) as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '')
      return { door, method: method.toUpperCase(), path, names }
    }),
  )
}

/** An address of the route, with ids of real things or of such as never were. */
function address({ path }: Route, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(ids[name] ?? assert.fail(name)))
}

function realIds({ door, path }: Route): Record<string, string> {
  const job = door === 'pipelines' ? victim.job : victim.image
  return {
    id: path.includes('/keys/') ? victim.key : path.includes('/media/') ? victim.media : job,
    delivery_id: victim.delivery,
    email: 'ann@example.com',
  }
}

function madeUpIds({ door, path }: Route): Record<string, string> {
  return {
    id: door === 'studio' ? newUuid() : newId(path.includes('/keys/') ? 'key' : 'job'),
    delivery_id: newId('msg'),
    email: `${newId('user')}@example.com`,
  }
}

/** Whoever has its address may see a picture, and how it was made. */
const OF_A_PICTURE = ['/api/v1/media/{id}', '/api/v1/media/{id}/provenance']

/** An answer as everybody gets it: its own id and those that it was asked for are its only difference. */
function withoutIds(body: string, ids: readonly (string | undefined)[]): string {
  const [id = 'none', delivery = 'none'] = ids
  return body
    .replaceAll(id, 'ID')
    .replaceAll(delivery, 'DELIVERY')
    .replaceAll(/req_\w+/g, 'REQUEST')
}

const MALFORMED = ['../x', '..', '%2e%2e', "' or 1=1 --", 'a'.repeat(300), 'job_', '\u202e', '0', 'null', '{}', '*']

async function possessions() {
  const { headers, job } = victim
  const paths = [`/api/v1/jobs/${job}`, `/api/v1/jobs/${job}/deliveries`, '/api/v1/jobs', '/api/v1/webhooks/secret']
  const keys = await app.access.keys.list({ userId: 'ann', limit: 50, offset: 0 })
  const ofImages = ['/api/v1/jobs', `/api/v1/jobs/status/${victim.image}`, `/api/v1/media/${victim.media}`]
  return [
    ...(await Promise.all(paths.map(async path => (await ask('GET', path, headers)).body))),
    ...(await Promise.all(ofImages.map(async path => (await ask('GET', path, headers, undefined, 'studio')).body))),
    keys,
  ]
}

test('every route with an id refuses strangers and intruders alike, whether the thing exists or not', async t => {
  const before = await possessions()
  let asked = 0
  const real: number[] = []
  const madeUp: number[] = []
  for (const route of routes.filter(({ names, path }) => names.length > 0 && !OF_A_PICTURE.includes(path)))
    for (const [kind, headers] of [...strangers, ...intruders]) {
      const { door, method } = route
      const label = `${method} ${route.path} with ${kind}`
      const known = intruders.every(([name]) => name !== kind)
      const expected = known ? (route.path.includes('/admin/') ? 403 : 404) : 401
      const ids = [realIds(route), madeUpIds(route)]
      const [exists, absent] = await Promise.all(
        ids.map(each => ask(method, address(route, each), headers, undefined, door)),
      )
      assert.ok(exists && absent)
      assert.deepEqual([exists.status, absent.status], [expected, expected], label)
      assert.equal(
        withoutIds(exists.body, [ids[0]?.['id'], victim.delivery]),
        withoutIds(absent.body, [ids[1]?.['id'], ids[1]?.['delivery_id']]),
        label,
      )
      if (known) {
        real.push(exists.tookMs)
        madeUp.push(absent.tookMs)
      }
      asked += 2
      for (const id of MALFORMED) {
        const malformed = address(route, { id, delivery_id: id, email: id })
        const { status } = await ask(method, malformed, headers, undefined, door)
        // Two dots make another address of it, which may have other methods.
        assert.ok([expected, 404, 400, 405].includes(status), `${label}: ${id} ${status}`)
        asked += 1
      }
    }
  assert.ok(asked >= 1000, `${asked}`)
  assert.deepEqual(await possessions(), before)
  const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]?.toFixed(2)
  t.diagnostic(`${asked} requests; median ${median(real)} ms for what exists, ${median(madeUp)} ms for what does not`)
})

test('routes without an id let intruders in nowhere, and show strangers nothing of anybody else', async () => {
  const open = [
    '/health',
    '/api/v1/health',
    '/api/v1/health/live',
    '/api/v1/health/ready',
    '/api/v1/models',
    '/api/v1/provenance/keys',
  ]
  const spec = { inputs: [{ id: 'a', source: 'clip.mp4' }], outputs: [{ id: 'a', destination: 'x.mp4' }] }
  const known = [victim.job, victim.delivery, victim.key, victim.secret, 'secret-cut', victim.image, victim.media]
  for (const { door, method, path } of routes.filter(({ names }) => names.length === 0)) {
    const body = method === 'POST' ? (door === 'studio' ? { prompt: 'x' } : { spec }) : undefined
    for (const [kind, headers] of intruders) {
      if (open.includes(path)) continue
      assert.equal((await ask(method, path, headers, body, door)).status, 401, `${method} ${path} with ${kind}`)
    }
    for (const [kind, headers] of strangers) {
      const { body: answered, status } = await ask(method, path, headers, body, door)
      assert.ok(status < 500, `${method} ${path} with ${kind}: ${status}`)
      for (const secret of known)
        assert.ok(!answered.includes(secret), `${method} ${path} with ${kind} tells ${secret}`)
    }
  }
})

test('the address of a picture is all that it takes to see it, and nothing else leads there', async () => {
  for (const [kind, headers] of [...strangers, ...intruders]) {
    const seen = async (id: string) => (await ask('GET', `/api/v1/media/${id}`, headers, undefined, 'studio')).status
    assert.deepEqual([await seen(victim.media), await seen(newUuid()), await seen(victim.image)], [200, 404, 404], kind)
  }
  for (const id of MALFORMED) {
    const path = `/api/v1/media/${encodeURIComponent(id)}`
    assert.equal((await ask('GET', path, {}, undefined, 'studio')).status, 404, id)
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
    `run://${victim.image}/picture-1`,
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
