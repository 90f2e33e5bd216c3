// limits: who is counted as whom, what they are told, and what a route may ask for itself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { readProxies } from '../../src/web/address.ts'
import { memoryBuckets } from '../../src/web/buckets.ts'
import { byAddress, byCaller } from '../../src/web/limits.ts'
import { type Api, openServer } from '../../src/web/server.ts'

test('the fourth of three is refused, in the words of the door, and told when to come back', async () => {
  const api = await open(3)
  const good = await api.inject('/thing')
  assert.equal(good.statusCode, 200)
  assert.equal(good.headers['ratelimit-policy'], '"api";q=3;w=60')
  assert.equal(good.headers['ratelimit'], '"api";r=2;t=20')
  assert.deepEqual(legacy(good), ['3', '2', '20'])
  await api.inject('/thing')
  await api.inject('/nowhere')
  const refused = await api.inject('/thing')
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().error, 'too_many_requests')
  assert.equal(refused.headers['retry-after'], '20')
  assert.deepEqual(legacy(refused), ['3', '0', '60'])
})

test('nobody is counted, and nothing is said, where there is no limit', async () => {
  const api = await open(0)
  for (let call = 0; call < 30; call++) {
    const reply = await api.inject('/thing')
    assert.equal(reply.statusCode, 200)
    assert.equal(reply.headers['ratelimit-limit'], undefined)
  }
})

test('callers who show who they are share no bucket with their address, nor with each other', async () => {
  const api = await open(2)
  const call = async (owner?: string) =>
    (await api.inject({ url: '/thing', headers: owner ? { 'x-owner': owner } : {} })).statusCode
  for (const owner of [undefined, 'ann', 'ben'])
    assert.deepEqual([await call(owner), await call(owner), await call(owner)], [200, 200, 429], owner)
})

test('an address of IPv6 counts as its network, and one that wraps IPv4 as that', async () => {
  const api = await open(2)
  const call = async (remoteAddress: string) => (await api.inject({ url: '/thing', remoteAddress })).statusCode
  assert.deepEqual(
    [await call('2001:db8::1'), await call('2001:db8::2'), await call('2001:db8:0:0:ffff::3')],
    [200, 200, 429],
  )
  assert.equal(await call('2001:db8:0:1::1'), 200)
  assert.deepEqual([await call('::ffff:10.0.0.1'), await call('10.0.0.1'), await call('10.0.0.1')], [200, 200, 429])
})

test('of twenty forged addresses exactly as many pass as of one; a trusted proxy is believed', async () => {
  const passed = async (api: Api) => {
    let good = 0
    for (let call = 0; call < 20; call++) {
      const forged = {
        'x-forwarded-for': `10.0.0.${call}`,
        forwarded: `for=10.0.0.${call}`,
        'x-real-ip': `10.0.0.${call}`,
      }
      if ((await api.inject({ url: '/thing', headers: forged })).statusCode === 200) good++
    }
    return good
  }
  assert.equal(await passed(await open(3)), 3)
  assert.equal(await passed(await open(3, ['loopback'])), 20)
})

test('a route has limits of its own: each of several holds, and what is said is of the tightest', async () => {
  const api = await open(1)
  const call = async (headers = {}) => await api.inject({ url: '/convert', headers })
  const first = await call()
  assert.equal(first.headers['ratelimit-policy'], '"motion-address";q=2;w=60')
  assert.deepEqual([(await call()).statusCode, (await call()).statusCode], [200, 429])
  const known = await call({ 'x-owner': 'ann' })
  assert.equal(known.statusCode, 200)
  assert.equal(known.headers['ratelimit-policy'], '"motion-token";q=5;w=60')
  for (let free = 0; free < 10; free++) assert.equal((await api.inject('/free')).statusCode, 200)
  const both = await api.inject('/both')
  assert.equal(both.headers['ratelimit-policy'], '"wide";q=9;w=60, "narrow";q=1;w=60')
  assert.deepEqual(legacy(both), ['1', '0', '60'])
  assert.equal((await api.inject('/both')).statusCode, 429)
})

test('a request that is refused is refused before its body is read', async () => {
  const api = await open(1)
  await api.inject('/thing')
  const reply = await api.inject({
    method: 'POST',
    url: '/thing',
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  })
  assert.equal(reply.statusCode, 429)
})

async function open(perMinute: number, proxies: readonly string[] = []): Promise<Api> {
  const address = { name: 'motion-address', perMinute: 2, by: unknownByAddress }
  const token = { name: 'motion-token', perMinute: 5, by: byCaller }
  const wide = { name: 'wide', perMinute: 9, by: byAddress }
  const narrow = { name: 'narrow', perMinute: 1, by: byAddress }
  const door = {
    dialect,
    routes(api: Api) {
      api.addHook('onRequest', async request => {
        const owner = request.headers['x-owner']
        if (owner) request.identified = { userId: String(owner), role: 'user', method: 'jwt' }
      })
      api.get('/thing', async () => ({}))
      api.post('/thing', async () => ({}))
      api.get('/convert', { config: { limits: [address, token] } }, async () => ({}))
      api.get('/both', { config: { limits: [wide, narrow] } }, async () => ({}))
      api.get('/free', { config: { limits: [] } }, async () => ({}))
    },
  }
  const calls = { buckets: memoryBuckets(() => 0), perMinute }
  const surroundings = { name: 'test', calls, isProxy: readProxies(proxies), isOrigin: () => false }
  return await openServer(door, pino({ level: 'silent' }), {}, surroundings)
}

function unknownByAddress(request: Parameters<typeof byAddress>[0]): string | undefined {
  return byCaller(request) === undefined ? byAddress(request) : undefined
}

function legacy({ headers }: { headers: Record<string, unknown> }): unknown[] {
  return ['limit', 'remaining', 'reset'].map(name => headers[`ratelimit-${name}`])
}
