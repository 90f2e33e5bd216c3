// headers: what every answer says to browsers, whatever it answers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { type Api, openServer } from '../../src/web/server.ts'

const EXPECTED = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const CALLS: readonly ['GET' | 'POST' | 'OPTIONS', string, number][] = [
  ['GET', '/thing', 200],
  ['POST', '/thing', 405],
  ['OPTIONS', '/thing', 204],
  ['GET', '/nowhere', 404],
  ['GET', '/broken', 500],
  ['GET', '/%zz', 400],
]

for (const [method, url, status] of CALLS)
  test(`${method} ${url} answers ${status} with all of them, and does not say what we are made of`, async () => {
    const reply = await (await open()).inject({ method, url })
    assert.equal(reply.statusCode, status)
    for (const [name, value] of Object.entries(EXPECTED)) assert.equal(reply.headers[name], value, name)
    assert.match(String(reply.headers['x-request-id']), /^req_/)
    for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
      assert.equal(reply.headers[name], undefined, name)
  })

test('a route may say otherwise', async () => {
  const { headers } = await (await open()).inject('/media')
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin')
  assert.equal(headers['cache-control'], 'private, max-age=60')
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('only what came by https is told to come by https for ever', async () => {
  const api = await open()
  const https = await api.inject({ url: '/thing', headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '::2' } })
  assert.equal(https.headers['strict-transport-security'], 'max-age=31536000')
})

async function open(): Promise<Api> {
  const door = {
    dialect,
    routes(api: Api) {
      api.get('/thing', async () => ({}))
      api.get('/broken', () => Promise.reject(new Error('broken')))
      api.get('/media', async (_request, reply) => {
        reply.headers({ 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'private, max-age=60' })
        return {}
      })
    },
  }
  const surroundings = { name: 'test', isProxy: () => true, isOrigin: () => false }
  return await openServer(door, pino({ level: 'silent' }), {}, surroundings)
}
