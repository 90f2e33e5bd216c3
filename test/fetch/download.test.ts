// download: the bytes arrive whole or not at all, in parts or in one stream, however often the connection breaks.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Fetcher } from '../../src/fetch/open.ts'
import { serve, serveBytes, tolerant } from './servers.ts'

let directory: string
let names = 0
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-download-'))
})
after(() => rm(directory, { recursive: true, force: true }))

const bytes = randomBytes(1_000_003)
const inParts = () => tolerant({ limits: { partBytes: 100_000 } })

test('a large source comes in parts side by side', { timeout: 20_000 }, async () => {
  const good = serveBytes({ bytes, etag: '"a"' })
  const ranges: (string | undefined)[] = []
  const held: (() => void)[] = []
  const conditions = new Set<string>()
  await using server = await serve((request, response) => {
    const { range } = request.headers
    if (range === undefined || range === 'bytes=0-0') return good(request, response)
    conditions.add(`${request.headers['if-match']} ${request.headers['if-range']}`)
    // The first four wait for each other.
    held.push(() => good(request, response))
    if (ranges.push(range) >= 4) for (const answer of held.splice(0)) answer()
  })
  const progress: number[] = []
  const file = await load(inParts(), server.url, received => progress.push(received))
  assert.deepEqual(readFileSync(file), bytes)
  assert.equal(ranges.length, 11)
  assert.deepEqual([...conditions], ['"a" "a"'])
  assert.ok(ranges.includes('bytes=1000000-1000002'))
  assert.equal(progress.at(-1), bytes.length)
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  )
})

test('a part that breaks off goes on where it stopped', async () => {
  const good = serveBytes({ bytes, etag: '"a"' })
  const asked: number[] = []
  let cut = { atByte: -1, now: () => undefined as unknown }
  await using server = await serve((request, response) => {
    const [, from = 0, to = 0] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).map(Number)
    if (to > 0) asked.push(from)
    const length = to - from + 1
    if (length <= 40_000) return good(request, response)
    // More than 40,000 bytes at a time do not get through; the connection breaks when these have arrived.
    cut = { atByte: from + 40_000, now: () => response.destroy() }
    const headers = { etag: '"a"', 'content-length': length, 'content-range': `bytes ${from}-${to}/${bytes.length}` }
    return response.writeHead(206, headers).write(bytes.subarray(from, from + 40_000))
  })
  const onProgress = (received: number) => void (received === cut.atByte && cut.now())
  const oneByOne = tolerant({ limits: { partBytes: 100_000, parallelParts: 1 } })
  assert.deepEqual(readFileSync(await load(oneByOne, server.url, onProgress)), bytes)
  assert.deepEqual(asked.slice(0, 4), [0, 40_000, 80_000, 100_000])
  assert.equal(asked.length, 31)
})

test('a server that gives less at a time than it was asked for is asked again, unless it is next to nothing', async () => {
  const good = serveBytes({ bytes, etag: '"a"' })
  const giving = (most: number) => (request: IncomingMessage, response: ServerResponse) => {
    const [, from = 0, to = 0] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).map(Number)
    if (to > 0) request.headers.range = `bytes=${from}-${Math.min(to, from + most - 1)}`
    return good(request, response)
  }
  await using server = await serve(giving(70_000))
  assert.deepEqual(readFileSync(await load(inParts(), server.url)), bytes)
  assert.equal(server.hits.length, 2 + 21)
  await using mean = await serve(giving(10))
  await fails(inParts(), mean.url, 'unavailable')
})

test('a try that came further than the last one leaves nothing in the file', async () => {
  let tries = 0
  await using server = await serve((request, response) => {
    if (request.method === 'HEAD' || request.headers.range) return response.writeHead(200).end()
    return ++tries === 1 ? response.write('longer', () => response.destroy()) : response.end('whole')
  })
  assert.equal(readFileSync(await load(tolerant(), server.url), 'utf8'), 'whole')
  assert.equal(tries, 2)
})

test('a stream that is longer than was told has changed, and a part that nobody asked for is no source', async () => {
  for (const [status, code] of [
    [200, 'source_changed'],
    [206, 'unavailable'],
  ] as const) {
    await using server = await serve((request, response) => {
      if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': 5 }).end()
      return response.writeHead(status, { 'transfer-encoding': 'chunked' }).end(status === 200 ? 'longer' : 'whole')
    })
    await fails(tolerant(), server.url, code)
  }
})

test('a stream that breaks off is read again from the start', async () => {
  let tries = 0
  await using server = await serve((request, response) => {
    response.writeHead(200, { 'content-length': bytes.length, 'accept-ranges': 'none' })
    if (request.method === 'HEAD') return response.end()
    if (++tries === 3) return response.end(bytes)
    return response.write(bytes.subarray(0, 200_000 * tries), () => response.destroy())
  })
  assert.deepEqual(readFileSync(await load(tolerant(), server.url)), bytes)
  assert.equal(tries, 3)
})

test('a body that ends early with its connection is noticed by the size that was told before', async () => {
  let tries = 0
  await using server = await serve((request, response) => {
    if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': 6 }).end()
    response.useChunkedEncodingByDefault = false
    response.removeHeader('content-length')
    return response.writeHead(200).end(++tries === 1 ? 'who' : 'whole!')
  })
  assert.equal(readFileSync(await load(tolerant(), server.url), 'utf8'), 'whole!')
  assert.equal(tries, 2)
})

test('a server that never manages to send it is given up after five tries', async () => {
  let tries = 0
  await using server = await serve((request, response) => {
    if (request.method === 'GET') tries++
    if (request.method === 'HEAD') response.writeHead(200, { 'content-length': 10 }).end()
    else response.writeHead(503).end()
  })
  await fails(tolerant(), server.url, 'unavailable')
  assert.equal(tries, 5)
})

test('a server that ignores ranges is read in one stream', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { etag: '"a"', 'accept-ranges': 'bytes', 'content-length': bytes.length }).end(bytes)
  })
  assert.deepEqual(readFileSync(await load(inParts(), server.url)), bytes)
})

/** How a source may turn into another one under our hands, after so many good answers. */
type Turn = (request: IncomingMessage, response: ServerResponse) => unknown
const other = serveBytes({ bytes: randomBytes(bytes.length), etag: '"b"' })
const TURNS: readonly [string, Turn][] = [
  ['another tag, which its conditions tell', other],
  ['another tag, with conditions ignored', (request, response) => other(strip(request, 'if-match'), response)],
  ['the whole of another version', (request, response) => other(strip(request, 'if-match', 'range'), response)],
  ['another size under the same tag', serveBytes({ bytes: Buffer.concat([bytes, bytes]), etag: '"a"' })],
  ['nothing that far', (_request, response) => response.writeHead(416).end()],
]

for (const [what, turn] of TURNS)
  test(`a source that turns into ${what} has changed, and no mixture of both is left`, async () => {
    const good = serveBytes({ bytes, etag: '"a"' })
    let answers = 0
    await using server = await serve((request, response) => (++answers > 5 ? turn : good)(request, response))
    await fails(inParts(), server.url, 'source_changed')
    assert.ok(answers < 12)
  })

test('a source that is another one since it was inspected has changed', async () => {
  for (const [before, now] of [
    [{ etag: '"a"' }, { etag: '"b"' }],
    [{ 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' }, { 'last-modified': 'Wed, 21 Oct 2015 07:29:00 GMT' }],
    [{}, { 'content-length': 6 }],
  ]) {
    await using server = await serve((request, response) => {
      const headers = { 'content-length': 5, ...(request.method === 'HEAD' ? before : now) }
      response.writeHead(200, headers).end('x'.repeat(headers['content-length']))
    })
    await fails(tolerant(), server.url, 'source_changed')
  }
})

test('a part from another place, or longer than asked for, does not get into the file', async () => {
  for (const shift of [1, -1]) {
    const good = serveBytes({ bytes, etag: '"a"' })
    await using server = await serve((request, response) => {
      const [, from = 0, to = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      if (Number(to) === 0) return good(request, response)
      const content = `bytes ${Number(from) + Math.max(shift, 0)}-${to}/${bytes.length}`
      const body = bytes.subarray(Number(from), Number(to) + 1 + Math.max(-shift, 0))
      return response.writeHead(206, { etag: '"a"', 'content-range': content }).end(body)
    })
    await fails(inParts(), server.url, 'unavailable')
  }
})

test('a source with no size is read as far as is allowed, and not further', async () => {
  await using server = await serve((request, response) => {
    if (request.method === 'HEAD') return response.writeHead(405).end()
    response.write(bytes.subarray(0, 500_000))
    return response.end(bytes.subarray(500_000))
  })
  assert.deepEqual(readFileSync(await load(tolerant({ maxBytes: bytes.length }), server.url)), bytes)
  await fails(tolerant({ maxBytes: bytes.length - 1 }), server.url, 'source_too_large')
})

test('an empty source is an empty file', async () => {
  await using server = await serve((_request, response) => response.writeHead(200, { 'content-length': 0 }).end())
  assert.equal(readFileSync(await load(tolerant(), server.url)).length, 0)
})

async function load(fetcher: Fetcher, url: string, onProgress: (received: number) => void = () => undefined) {
  const file = join(directory, `file-${names++}`)
  const inspected = await fetcher.inspect(url, {})
  const { sizeBytes } = await fetcher.download(url, file, { inspected, onProgress })
  assert.equal(sizeBytes, readFileSync(file).length)
  return file
}

async function fails(fetcher: Fetcher, url: string, code: string): Promise<void> {
  const file = join(directory, `file-${names}`)
  await assert.rejects(load(fetcher, url), { code })
  assert.equal(existsSync(file), false)
}

function strip(request: IncomingMessage, ...headers: string[]): IncomingMessage {
  for (const header of headers) delete request.headers[header]
  return request
}
