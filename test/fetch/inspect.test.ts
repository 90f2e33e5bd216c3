// inspect: what is learnt about a source from servers of every kind.
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import { serve, serveBytes, tolerant } from './servers.ts'

const MODIFIED = 'Wed, 21 Oct 2015 07:28:00 GMT'
const small = { limits: { partBytes: 100 } }

test('a large source that has a strong tag is asked for its first byte, which proves that there are parts', async () => {
  await using server = await serve(serveBytes({ bytes: Buffer.alloc(1000), etag: '"a"' }))
  const { sizeBytes, acceptsRanges, fingerprint, strongTag, finalUrl } = await tolerant(small).inspect(server.url, {})
  assert.deepEqual([sizeBytes, acceptsRanges, strongTag, finalUrl], [1000, true, '"a"', `${server.url}/`])
  assert.match(fingerprint ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual(server.hits, ['HEAD /', 'GET /'])
})

test('a small source is described by its headers', async () => {
  await using server = await serve(serveBytes({ bytes: Buffer.alloc(100), etag: '"a"' }))
  const { sizeBytes, acceptsRanges } = await tolerant(small).inspect(server.url, {})
  assert.deepEqual([sizeBytes, acceptsRanges], [100, false])
  assert.deepEqual(server.hits, ['HEAD /'])
})

for (const status of [400, 403, 404, 405, 500, 501])
  test(`a server that answers ${status} to HEAD may still give the source`, async () => {
    const bytes = serveBytes({ bytes: Buffer.alloc(1000), etag: '"a"' })
    await using server = await serve((request, response) =>
      request.method === 'HEAD' ? response.writeHead(status).end() : bytes(request, response),
    )
    const { sizeBytes, acceptsRanges } = await tolerant().inspect(server.url, {})
    assert.deepEqual([sizeBytes, acceptsRanges], [1000, true])
  })

test('a server that says it has ranges and does not is found out, and its body is not read', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(200, { 'content-length': 100_000_000, etag: '"a"', 'accept-ranges': 'bytes' })
    if (request.method === 'HEAD') response.end()
    else response.write('x')
  })
  const { sizeBytes, acceptsRanges } = await tolerant({ maxBytes: 1e9 }).inspect(server.url, {})
  assert.deepEqual([sizeBytes, acceptsRanges], [100_000_000, false])
})

test('the fingerprint changes with the tag, and without one with the date or the size', async () => {
  const seen = new Map<string, string | undefined>()
  const cases: Readonly<Record<string, Record<string, string | number>>> = {
    tag: { etag: '"a"', 'content-length': 5 },
    'the same tag': { etag: '"a"', 'content-length': 5, 'last-modified': MODIFIED },
    'another tag': { etag: '"b"', 'content-length': 5 },
    date: { 'last-modified': MODIFIED, 'content-length': 5 },
    'weak tag and date': { etag: 'W/"a"', 'last-modified': MODIFIED, 'content-length': 5 },
    'another size': { 'last-modified': MODIFIED, 'content-length': 6 },
    'weak tag alone': { etag: 'W/"a"', 'content-length': 5 },
    'no quotes': { etag: 'a', 'content-length': 5 },
    nothing: { 'content-length': 5 },
  }
  for (const [name, headers] of Object.entries(cases)) {
    await using server = await serve((_request, response) => response.writeHead(200, headers).end())
    seen.set(name, (await tolerant().inspect(server.url, {})).fingerprint)
  }
  const told = [...seen].filter(([, fingerprint]) => fingerprint).map(([name]) => name)
  assert.deepEqual(told, ['tag', 'the same tag', 'another tag', 'date', 'weak tag and date', 'another size'])
  assert.equal(new Set(seen.values()).size, 5)
  assert.equal(seen.get('tag'), seen.get('the same tag'))
  assert.equal(seen.get('date'), seen.get('weak tag and date'))
})

test('a source without a size has none, and an empty one has no bytes', async () => {
  await using endless = await serve((request, response) =>
    request.method === 'HEAD' ? response.end() : void response.write('x'),
  )
  const inspected = await tolerant().inspect(endless.url, {})
  assert.equal('sizeBytes' in inspected, false)
  await using empty = await serve((request, response) =>
    request.headers.range
      ? response.writeHead(416, { 'content-range': 'bytes */0' }).end()
      : response.writeHead(200, { 'content-length': 0 }).end(),
  )
  assert.equal((await tolerant().inspect(empty.url, {})).sizeBytes, 0)
})

const ANSWERS: readonly [number, string][] = [
  ...([404, 410] as const).map((status): [number, string] => [status, 'source_missing']),
  ...([400, 401, 403, 406, 418, 451] as const).map((status): [number, string] => [status, 'location_refused']),
  ...([204, 300, 304, 408, 425, 429, 500, 502, 503, 504, 599] as const).map((status): [number, string] => [
    status,
    'unavailable',
  ]),
]

for (const [status, code] of ANSWERS)
  test(`${status} is ${code}, in words that do not tell the status`, async () => {
    await using server = await serve((_request, response) => response.writeHead(status).end())
    await assert.rejects(tolerant().inspect(server.url, {}), (error: Error & { code: string }) => {
      assert.equal(error.code, code)
      assert.ok(!error.message.replace(String(server.port), '').includes(String(status)))
      return true
    })
  })

test('a source that is larger than allowed is not even begun', async () => {
  const listener: RequestListener = (_request, response) => response.writeHead(200, { 'content-length': 1001 }).end()
  await using server = await serve(listener)
  await assert.rejects(tolerant({ maxBytes: 1000 }).inspect(server.url, {}), { code: 'source_too_large', status: 413 })
  assert.equal((await tolerant({ maxBytes: 1001 }).inspect(server.url, {})).sizeBytes, 1001)
})
