// dial: the address that was looked at is the address that is connected to, whatever names, resolvers and pools do.
import assert from 'node:assert/strict'
import type { LookupFunction } from 'node:net'
import { test } from 'node:test'
import { Agent, getGlobalDispatcher, setGlobalDispatcher, fetch as unguardedFetch } from 'undici'
import { openFetcher } from '../../src/fetch/open.ts'
import { serve, tolerant } from './servers.ts'

// TEST-NET-1, said to be public for once by being allowed: nobody is there.
const NOBODY = '192.0.2.1'
// Names may only be called at usual ports; on this address of the loopback network they are ours.
const USUAL = { address: '127.0.0.77', port: 8443 }

test('a name is asked for once a request, so that it cannot answer differently the second time', async () => {
  await using canary = await serve((_request, response) => response.end('secret'))
  let asked = 0
  const resolver = async () => [asked++ === 0 ? NOBODY : '127.0.0.1']
  const fetcher = openFetcher({
    ...{ allow: [NOBODY], maxBytes: 1000, resolver, limits: { connectMs: 200, headersMs: 2000 } },
  })
  const url = 'http://rebinding.example:8080/'
  await assert.rejects(fetcher.inspect(url, {}), { code: 'unavailable' })
  assert.equal(asked, 1)
  // From now on it says 127.0.0.1.
  await assert.rejects(fetcher.inspect(url, {}), { code: 'location_refused' })
  assert.equal(asked, 2)
  assert.deepEqual(canary.hits, [])
})

test('the check is made for every connection, not once for every name', async () => {
  await using server = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end(), USUAL)
  let asked = 0
  const resolver = async () => [asked++ === 0 ? USUAL.address : '127.0.0.1']
  const fetcher = tolerant({ allow: [`${USUAL.address}/32`], resolver })
  await assert.rejects(fetcher.inspect(`http://rebinding.example:${USUAL.port}/`, {}), { code: 'location_refused' })
  assert.equal(asked, 2)
  assert.deepEqual(server.hits, ['HEAD /'])
})

test('of several addresses only permitted ones are tried, one after the other', async () => {
  await using server = await serve((_request, response) => response.writeHead(200, { 'content-length': 1 }).end())
  const url = `http://many.example:${server.port}/`
  const allow = ['many.example']
  const limits = { connectMs: 200 }
  const some = tolerant({ allow, resolver: async () => ['nonsense', '127.0.0.9', '127.0.0.1'] })
  assert.equal((await some.inspect(url, {})).sizeBytes, 1)
  const mixed = openFetcher({
    ...{ allow: [NOBODY], maxBytes: 9, limits, resolver: async () => ['127.0.0.1', NOBODY, '::1'] },
  })
  await assert.rejects(mixed.inspect('http://many.example:8080/', {}), { code: 'unavailable' })
  assert.equal(server.hits.length, 1)
})

test('a connection that other code keeps open to the same place is not used', async t => {
  await using server = await serve((_request, response) => response.end('secret'), USUAL)
  const lookup: LookupFunction = (_host, _options, answer) => answer(null, [{ address: USUAL.address, family: 4 }])
  const usual = getGlobalDispatcher()
  setGlobalDispatcher(new Agent({ connect: { lookup } }))
  t.after(() => setGlobalDispatcher(usual))
  const url = `http://warm.example:${USUAL.port}/`
  for (let index = 0; index < 3; index++) assert.equal(await (await unguardedFetch(url)).text(), 'secret')
  const fetcher = openFetcher({ allow: [], maxBytes: 1000, resolver: async () => [USUAL.address] })
  await assert.rejects(fetcher.inspect(url, {}), { code: 'location_refused' })
  assert.equal(server.hits.length, 3)
})

test('a connection is used once, and closed', async () => {
  const ports = new Set<number | undefined>()
  await using server = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    assert.equal(request.headers.connection, 'close')
    response.writeHead(200, { 'content-length': 0, connection: 'keep-alive' }).end()
  })
  const message = { headers: {}, body: '', timeoutMs: 5000 }
  for (let index = 0; index < 3; index++) await tolerant().post(server.url, message)
  assert.equal(ports.size, 3)
})

test('a resolver that fails for now is worth another try, one that knows of no such name is not', async () => {
  const failing = (code: string) =>
    tolerant({ resolver: () => Promise.reject(Object.assign(new Error('?'), { code })) }).inspect(
      'http://a.example/',
      {},
    )
  await assert.rejects(failing('EAI_AGAIN'), { code: 'unavailable' })
  await assert.rejects(failing('ENOTFOUND'), { code: 'location_refused' })
})

test('a resolver that never answers is not waited for', async () => {
  const fetcher = tolerant({ resolver: () => new Promise(() => undefined), limits: { headersMs: 50 } })
  await assert.rejects(fetcher.inspect('http://a.example/', {}), { code: 'unavailable' })
})
