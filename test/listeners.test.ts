// listeners: the ports that are opened, what is said when one cannot be, and closing them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { loadConfig } from '../src/config.ts'
import { openListeners } from '../src/listeners.ts'
import { motionMeans } from './features/motion-photos/http/open-door.ts'
import { fakeRuns } from './features/pipelines/fake-runs.ts'
import { services } from './features/pipelines/open-door.ts'

test('localhost is both loopbacks, on the same port', async t => {
  const { ports } = await open(t, {})
  for (const host of ['127.0.0.1', '[::1]']) {
    const reply = await fetch(`http://${host}:${ports.pipelines}/health`)
    assert.equal(reply.status, 200, host)
    assert.equal(((await reply.json()) as { status: string }).status, 'ok')
  }
})

test('any other host is that address only', async t => {
  const { ports } = await open(t, { KINORA_HOST: '127.0.0.1' })
  assert.equal((await fetch(`http://127.0.0.1:${ports.pipelines}/health`)).status, 200)
  await assert.rejects(fetch(`http://[::1]:${ports.pipelines}/health`))
})

test('a listener that is off is not opened', async t => {
  assert.deepEqual((await open(t, { KINORA_PORT_PIPELINES: 'off' })).ports, {})
})

test('listeners without a door stay closed', async t => {
  assert.deepEqual(Object.keys((await open(t, { KINORA_PORT_GATEWAY: '0' })).ports), ['pipelines'])
})

for (const host of ['127.0.0.1', '::1'])
  test(`a port that is busy on ${host} is refused with the name of its setting`, async t => {
    const other = createServer().listen({ host, port: 0 })
    await once(other, 'listening')
    t.after(() => other.close())
    const { port } = other.address() as AddressInfo
    await assert.rejects(open(t, { KINORA_PORT_PIPELINES: String(port) }), {
      code: 'config_invalid',
      message: `Port ${port} is in use by another program: set KINORA_PORT_PIPELINES to another one, or to off`,
    })
    // Nothing is left open behind a refusal.
    const free = createServer().listen({ host: host === '::1' ? '127.0.0.1' : '::1', port })
    await once(free, 'listening')
    free.close()
  })

test('an address that this machine has not is refused', async t => {
  await assert.rejects(open(t, { KINORA_HOST: '203.0.113.7', KINORA_AUTH: 'required' }), {
    code: 'config_invalid',
    message: /203\.0\.113\.7.*KINORA_HOST/,
  })
})

test('closing waits for what is being answered on either loopback, and accepts nothing new', async t => {
  const answering = Promise.withResolvers<void>()
  let arrived = 0
  const answer = Promise.withResolvers<void>()
  const health = services(fakeRuns()).health
  const slow = async () => {
    if (++arrived === 2) answering.resolve()
    await answer.promise
    return await health()
  }
  const { ports, close } = await open(t, {}, slow)
  const replies = ['127.0.0.1', '[::1]'].map(host => fetch(`http://${host}:${ports.pipelines}/health`))
  await answering.promise
  const closed = close()
  await assert.rejects(fetch(`http://127.0.0.1:${ports.pipelines}/health`))
  await assert.rejects(fetch(`http://[::1]:${ports.pipelines}/health`))
  answer.resolve()
  for (const reply of replies) assert.equal((await reply).status, 200)
  await closed
})

test('health warns when anybody may call without credentials', async t => {
  const { ports } = await open(t, { KINORA_HOST: '0.0.0.0', KINORA_AUTH: 'optional' })
  const body = (await (await fetch(`http://127.0.0.1:${ports.pipelines}/health`)).json()) as { warnings: string[] }
  assert.match(body.warnings.join(), /without credentials/)
})

for (const [sandbox, warning] of [
  ['limits', /not boxed in/],
  ['bubblewrap', /no seccomp filter/],
] as const)
  test(`health warns when media tools run under ${sandbox} only`, async t => {
    const usual = services(fakeRuns()).health
    const { ports } = await open(t, {}, async () => ({ ...(await usual()), sandbox }))
    const body = (await (await fetch(`http://127.0.0.1:${ports.pipelines}/health`)).json()) as { warnings: string[] }
    assert.match(body.warnings.join(), warning)
  })

async function open(t: TestContext, env: Record<string, string>, health = services(fakeRuns()).health) {
  const { runs, webhooks, access } = services(fakeRuns())
  const statistics = () => Promise.reject(new Error('Nothing is counted here'))
  const config = loadConfig({ KINORA_PORT_PIPELINES: '0', KINORA_PORT_STUDIO: 'off', ...env })
  const listeners = await openListeners({
    ...{ config, runs, webhooks, access, health, statistics, ...motionMeans() },
    metrics: { contentType: 'text/plain', text: async () => '', watch: () => undefined },
    log: pino({ level: 'silent' }),
  })
  t.after(() => listeners.close())
  return listeners
}
