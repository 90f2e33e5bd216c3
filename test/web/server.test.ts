// server: what no client can do to a listener, over bare sockets.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { type Door, openServer } from '../../src/web/server.ts'

const HASTY = { headersMs: 100, requestMs: 200, checkMs: 20 }

const SLOW: readonly [string, string][] = [
  ['headers', 'POST /echo HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ['body', 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a'],
]

for (const [part, text] of SLOW)
  test(`a ${part} that never ends is answered with 408 and the door's words`, async t => {
    const reply = await talk(await serve(t, HASTY), text)
    assert.match(reply, /^HTTP\/1\.1 408 Request Timeout\r\n/)
    assert.deepEqual(JSON.parse(reply.split('\r\n\r\n')[1] ?? ''), {
      error: 'request_timeout',
      message: 'The request took too long to arrive',
      code: 408,
    })
  })

test('what is no HTTP is a 400 in the words of the door', async t => {
  const reply = await talk(await serve(t), 'HELLO\r\n\r\n')
  assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.equal(JSON.parse(reply.split('\r\n\r\n')[1] ?? '').error, 'invalid_request')
})

test('headers without end are refused', async t => {
  const reply = await talk(await serve(t), `GET /echo HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)
  assert.match(reply, /^HTTP\/1\.1 413 /)
})

test('an address without end is refused', async t => {
  const reply = await talk(await serve(t), `GET /echo?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)
  assert.match(reply, /^HTTP\/1\.1 413 /)
})

test('more headers than anybody needs are refused', async t => {
  const port = await serve(t)
  const get = (count: number) =>
    `GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'a:b\r\n'.repeat(count - 2)}\r\n`
  assert.match(await talk(port, get(100)), /^HTTP\/1\.1 200 /)
  assert.match(await talk(port, get(101)), /^HTTP\/1\.1 413 /)
})

test('what never became a request is answered with the same headers as what did', async t => {
  const reply = await talk(await serve(t), 'HELLO\r\n\r\n')
  for (const header of ['x-content-type-options: nosniff', "content-security-policy: default-src 'none'"])
    assert.ok(reply.includes(header), header)
})

test('a body longer than the limit is refused before it is all there', async t => {
  const head = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n'
  const reply = await talk(await serve(t), head, /too large/)
  assert.match(reply, /^HTTP\/1\.1 413 /)
})

test('a forwarded address is not believed', async t => {
  const port = await serve(t)
  const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' }
  const seen = (await (await fetch(`http://127.0.0.1:${port}/who`, { headers })).json()) as object
  assert.deepEqual(seen, { ip: '127.0.0.1', protocol: 'http', host: `127.0.0.1:${port}` })
})

test('logs one line for a request, without its query, and the whole error when it is ours', async () => {
  const lines: { path?: string; err?: { stack: string }; reqId: string }[] = []
  const sink = new PassThrough().on('data', line => lines.push(JSON.parse(String(line))))
  const api = await openServer(DOOR, pino(sink))
  const reply = await api.inject('/broken?token=secret')
  assert.equal(reply.statusCode, 500)
  assert.doesNotMatch(reply.body, /secret|server\.test/)
  assert.equal(lines.length, 2)
  assert.match(lines[0]?.err?.stack ?? '', /server\.test\.ts/)
  assert.deepEqual([lines[1]?.path, lines[1]?.reqId], ['/broken', reply.headers['x-request-id']])
  assert.doesNotMatch(JSON.stringify(lines), /token=secret/)
})

const DOOR: Door = {
  dialect,
  routes(api) {
    api.post('/echo', async ({ body }) => body)
    api.get('/who', async ({ ip, protocol, host }) => ({ ip, protocol, host }))
    api.get('/broken', async () => {
      throw new Error('broken')
    })
  },
}

async function serve(t: TestContext, limits = {}): Promise<number> {
  const api = await openServer(DOOR, pino({ level: 'silent' }), limits)
  t.after(() => api.close())
  await api.listen({ host: '127.0.0.1', port: 0 })
  return (api.server.address() as AddressInfo).port
}

// Everything that comes back until the server closes, or until the pattern is there.
async function talk(port: number, text: string, until?: RegExp): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  // Half of what we send may be refused while it is on its way.
  socket.on('error', () => undefined)
  socket.write(text)
  let reply = ''
  socket.on('data', chunk => {
    reply += chunk
    if (until?.test(reply)) socket.destroy()
  })
  await once(socket, 'close')
  return reply
}
