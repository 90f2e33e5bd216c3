// webhooks: a server is killed with events still to be told: every one is heard, under one id, in order per job.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { until } from '../fixtures/children.ts'
import { HANG, type Heard, openReceiver, type Receiver } from '../fixtures/receiver.ts'
import type { Server } from '../fixtures/server.ts'
import { addClip, openSite, type Site } from '../fixtures/site.ts'

// One at a time, so that whoever hangs holds up all that comes after.
const ENV = { KINORA_FETCH_ALLOW: '127.0.0.1', KINORA_CONCURRENCY_NOTIFY: '1' }

let site: Site
before(async () => {
  site = await openSite()
  await addClip(site, 'clip.mp4', 1)
})
afterEach(() => site.killAll())
after(() => site?.close())

test('kill -9 before an event is sent, and after it is sent but before that is recorded', async () => {
  await using deaf = await openReceiver()
  await using good = await openReceiver()
  deaf.answer(() => HANG)
  let server = await site.start({ env: ENV })
  const first = await submit(server, deaf)
  await deaf.until(1)
  // The only slot is taken by a message whose answer does not come: the events of another job wait in the table.
  const second = await submit(server, good)
  for (const id of [first, second]) assert.equal((await server.ended(id)).status, 'completed')
  assert.equal(good.heard.length, 0)
  await server.kill()

  deaf.answer(() => 204)
  server = await site.start({ env: ENV })
  const [told, again, last] = await deaf.until(3)
  assert.deepEqual([told?.id, told?.body], [again?.id, again?.body])
  assert.deepEqual(typesOf([again, last]), ['job.started', 'job.completed'])
  assert.deepEqual(typesOf(await good.until(2)), ['job.started', 'job.completed'])
  const deliveries = await deliveriesOf(server, first)
  assert.deepEqual(
    deliveries.map(({ attempts }) => attempts.map(({ status, reason }) => status ?? reason)),
    [['interrupted', 204], [204]],
  )
  const { body } = await server.request('GET', '/api/v1/webhooks/secret')
  const { secret } = body as { secret: string }
  for (const heard of [again, last]) new Webhook(secret).verify(heard?.body ?? '', { ...heard?.headers })
  assert.deepEqual(last?.json.data['outputs'], (await server.job(first)).outputs)
})

test('SIGTERM while a receiver hangs: the server stops within its drain, and the next one tells the rest', async () => {
  await using receiver = await openReceiver()
  receiver.answer(() => HANG)
  const env = { ...ENV, KINORA_DRAIN_SECONDS: '0' }
  let server = await site.start({ env })
  const id = await submit(server, receiver)
  await receiver.until(1)
  await server.ended(id)
  server.signal('SIGTERM')
  assert.deepEqual(await server.exited, { code: 0, signal: null })
  receiver.answer(() => 200)
  server = await site.start({ env })
  assert.deepEqual(typesOf(await receiver.until(3)), ['job.started', 'job.started', 'job.completed'])
  assert.ok((await deliveriesOf(server, id)).every(({ status }) => status === 'delivered'))
})

test('a job that failed is retried over HTTP, and a private receiver that is not allowed is refused', async () => {
  await using receiver = await openReceiver()
  const server = await site.start({ env: ENV })
  const missing = { ...SPEC, inputs: [{ id: 'a', source: 'later.mp4' }] }
  const id = await submit(server, receiver, missing)
  assert.equal((await server.ended(id)).status, 'failed')
  await addClip(site, 'later.mp4', 1)
  assert.equal((await server.request('POST', `/api/v1/jobs/${id}/retry`)).status, 200)
  assert.equal((await server.ended(id)).status, 'completed')
  const heard = await receiver.until(4)
  assert.deepEqual(typesOf(heard), ['job.started', 'job.failed', 'job.started', 'job.completed'])
  const inside = { spec: SPEC, webhook_url: 'http://[::1]:8080/' }
  const { status, body } = await server.request('POST', '/api/v1/jobs', inside)
  assert.deepEqual(
    [status, (body as { details: { pointer: string }[] }).details.map(({ pointer }) => pointer)],
    [400, ['/webhook_url']],
  )
})

const SPEC = { inputs: [{ id: 'a', source: 'clip.mp4' }], outputs: [{ id: 'a', destination: 'copy.mp4' }] }

async function submit(server: Server, { url }: Receiver, spec: unknown = SPEC): Promise<string> {
  const { status, body } = await server.request('POST', '/api/v1/jobs', { spec, webhook_url: `${url}/hook` })
  assert.equal(status, 201, JSON.stringify(body))
  return (body as { job_id: string }).job_id
}

type Told = { readonly status: string; readonly attempts: readonly { status?: number; reason?: string }[] }

/** Once there is nothing left to send. */
async function deliveriesOf(server: Server, id: string): Promise<readonly Told[]> {
  let told: readonly Told[] = []
  await until(async () => {
    told = (await server.request('GET', `/api/v1/jobs/${id}/deliveries`)).body as readonly Told[]
    return told.every(({ status }) => status !== 'pending')
  })
  return told
}

function typesOf(heard: readonly (Heard | undefined)[]): readonly (string | undefined)[] {
  return heard.map(message => message?.type)
}
