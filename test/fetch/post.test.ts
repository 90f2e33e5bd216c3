// post: whether a message was heard, from receivers that answer, wander, stall and flood.
import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { serve, serveSockets, tolerant } from './servers.ts'

const message = {
  headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
  body: '{"a":"ä"}',
  timeoutMs: 5000,
}

test('a message arrives with its headers and every byte of its body', async () => {
  const seen: unknown[] = []
  await using server = await serve(async (request, response) => {
    seen.push(request.headers['webhook-id'], request.headers['content-length'], await text(request))
    response.writeHead(202).end('thanks')
  })
  assert.deepEqual(await tolerant().post(`${server.url}/hook?a=b`, message), { status: 202 })
  assert.deepEqual(seen, ['msg_1', '10', '{"a":"ä"}'])
  assert.deepEqual(server.hits, ['POST /hook?a=b'])
})

for (const status of [200, 204, 302, 400, 404, 410, 500, 503])
  test(`${status} is told as it is`, async () => {
    await using server = await serve((_request, response) => response.writeHead(status, { location: '/' }).end())
    assert.deepEqual(await tolerant().post(server.url, message), { status })
    assert.equal(server.hits.length, 1)
  })

const LATER: readonly [string, number | undefined][] = [
  ['120', 120],
  ['0', 0],
  ['999999', 86_400],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400],
  ['soon', undefined],
  ['', undefined],
  ['-1', 0],
]

for (const [written, seconds] of LATER)
  test(`"${written}" means ${seconds === undefined ? 'nothing' : `in ${seconds} s`}`, async () => {
    await using server = await serve((_request, response) => response.writeHead(429, { 'retry-after': written }).end())
    assert.equal((await tolerant().post(server.url, message)).retryAfterSeconds, seconds)
  })

test('an answer without an end is read for 64 KiB and cut off', async () => {
  let sent = 0
  await using server = await serve((_request, response) => {
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384
    }
    response.on('drain', pour)
    pour()
  })
  assert.deepEqual(await tolerant().post(server.url, message), { status: 200 })
  assert.ok(sent < 20_000_000, String(sent))
})

test('a status counts, whatever becomes of the rest of the answer', async () => {
  await using stalling = await serveSockets(socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab'))
  assert.deepEqual(await tolerant({ limits: { windowMs: 100 } }).post(stalling.url, message), { status: 200 })
  await using cut = await serveSockets(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab'))
  assert.deepEqual(await tolerant().post(cut.url, message), { status: 200 })
})

test('a receiver that does not answer in time is unavailable, and so is one that is not there', async () => {
  await using silent = await serveSockets(() => undefined)
  await assert.rejects(tolerant().post(silent.url, { ...message, timeoutMs: 100 }), {
    code: 'unavailable',
    retry: true,
  })
  const { url } = await closedServer()
  await assert.rejects(tolerant().post(url, message), { code: 'unavailable' })
})

test('who gives up gets their own reason', async () => {
  await using silent = await serveSockets(() => undefined)
  const signal = AbortSignal.timeout(50)
  await assert.rejects(tolerant().post(silent.url, { ...message, signal }), { name: 'TimeoutError' })
})

async function closedServer() {
  await using server = await serveSockets(() => undefined)
  return { url: server.url }
}
