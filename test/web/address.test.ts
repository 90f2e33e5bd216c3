// address: whose address counts, and who is believed to call for somebody else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { addressOf, isProxyEntry, readProxies } from '../../src/web/address.ts'
import { setPageHeaders } from '../../src/web/paging.ts'
import { type Api, openServer } from '../../src/web/server.ts'

const ADDRESSES: readonly [string, string][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0:0:8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::', 'fe80:0:0:0::/64'],
]

for (const [ip, counted] of ADDRESSES)
  test(`${ip} counts as ${counted}`, () => {
    assert.equal(addressOf({ ip }), counted)
  })

const PROXIES: readonly [string, string, boolean][] = [
  ['loopback', '127.0.0.1', true],
  ['loopback', '127.9.9.9', true],
  ['loopback', '::1', true],
  ['loopback', '::ffff:127.0.0.1', true],
  ['loopback', '10.0.0.1', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.4', false],
  ['10.2.0.0/16', '10.2.255.1', true],
  ['10.2.0.0/16', '::ffff:10.2.255.1', true],
  ['10.2.0.0/16', '10.3.0.1', false],
  ['::/0', '10.3.0.1', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::1', '2001:db8::2', false],
  ['10.2.0.0/16', '', false],
]

for (const [entry, address, believed] of PROXIES)
  test(`${entry} ${believed ? 'trusts' : 'does not trust'} ${address || 'nobody in particular'}`, () => {
    assert.equal(readProxies([entry])(address), believed)
  })

for (const entry of ['', 'true', '1', '*', 'proxy.example', '10.0.0.0/33', '10.0.0', '::1/129', '10.0.0.1:80'])
  test(`${JSON.stringify(entry)} names no proxy`, () => assert.equal(isProxyEntry(entry), false))

const FORWARDED = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'kinora.example' }

test('a trusted proxy says who calls, how, and to which host; nobody else does', async () => {
  const api = await openWho(['loopback', '10.2.0.0/16'])
  const seen = async (remoteAddress: string, headers: Record<string, string> = FORWARDED) =>
    (await api.inject({ url: '/who', remoteAddress, headers: { host: 'inside:80', ...headers } })).json()
  const believed = { ip: '192.0.2.7', protocol: 'https', host: 'kinora.example', baseUrl: 'https://kinora.example' }
  assert.deepEqual(await seen('127.0.0.1'), believed)
  assert.deepEqual(await seen('::ffff:10.2.0.9'), believed)
  const direct = { protocol: 'http', host: 'inside:80', baseUrl: 'http://inside' }
  assert.deepEqual(await seen('10.3.0.9'), { ip: '10.3.0.9', ...direct })
  // Whoever is in front of the first proxy may have written anything there: only the last stranger counts.
  const chain = { ...FORWARDED, 'x-forwarded-for': '6.6.6.6, 192.0.2.7, 10.2.0.1' }
  assert.equal((await seen('127.0.0.1', chain)).ip, '192.0.2.7')
})

test('a public URL stands before every path, whatever the request says', async () => {
  const api = await openWho([], 'https://media.example/kinora')
  const { headers } = await api.inject({ url: '/page?limit=1', headers: { host: 'evil.example' } })
  assert.match(String(headers['link']), /^<https:\/\/media\.example\/kinora\/page\?limit=1&offset=0>; rel="first"/)
})

async function openWho(proxies: readonly string[], publicUrl?: string): Promise<Api> {
  const door = {
    dialect,
    routes(api: Api) {
      api.get('/who', async ({ ip, protocol, host, baseUrl }) => ({ ip, protocol, host, baseUrl }))
      api.get('/page', async (request, reply) => {
        setPageHeaders(request, reply, { limit: 1, offset: 0, total: 3 })
        return []
      })
    },
  }
  const surroundings = { name: 'who', isProxy: readProxies(proxies), isOrigin: () => false }
  return await openServer(door, pino({ level: 'silent' }), {}, { ...surroundings, ...(publicUrl && { publicUrl }) })
}
