// patience: servers that are slow, endless or broken on purpose end with a typed error, soon, and with no file left.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Fetcher } from '../../src/fetch/open.ts'
import { serve, serveSockets, tolerant } from './servers.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-patience-'))
})
after(() => rm(directory, { recursive: true, force: true }))

const OK = 'HTTP/1.1 200 OK\r\n'
const quick = { headersMs: 100, windowMs: 100, windowBytes: 1000, retryMs: 1 }

/** What each server does once the request is there, and how the download must end. */
const HOSTILE: readonly [string, (socket: Socket) => void, string][] = [
  ['nothing at all', () => undefined, 'unavailable'],
  ['headers, one every 20 ms', socket => drip(socket, OK, 'a: b\r\n'), 'unavailable'],
  ['headers, byte by byte', socket => drip(socket, OK, 'x'), 'unavailable'],
  ['early hints without end', socket => drip(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'), 'unavailable'],
  ['a body, byte by byte', socket => drip(socket, `${OK}content-length: 1000\r\n\r\n`, 'x'), 'unavailable'],
  [
    'chunks, byte by byte',
    socket => drip(socket, `${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'),
    'unavailable',
  ],
  ['a body without an end', socket => flood(socket, `${OK}\r\n`, Buffer.alloc(65_536)), 'source_too_large'],
  [
    'chunks without an end',
    socket => flood(socket, `${OK}transfer-encoding: chunked\r\n\r\n`, chunk(65_536)),
    'source_too_large',
  ],
  [
    'a chunk of 10 GB',
    socket => flood(socket, `${OK}transfer-encoding: chunked\r\n\r\n2540BE400\r\n`, Buffer.alloc(65_536)),
    'source_too_large',
  ],
  ['10 GB announced', socket => socket.write(`${OK}content-length: 10000000000\r\n\r\n`), 'source_too_large'],
  [
    'headers of a megabyte',
    socket => socket.write(`${OK}content-length: 0\r\na: ${'b'.repeat(1_000_000)}\r\n\r\n`),
    'unavailable',
  ],
  [
    'a hundred thousand headers',
    socket => socket.write(`${OK}content-length: 0\r\n${'a: b\r\n'.repeat(100_000)}\r\n`),
    'unavailable',
  ],
  ['less than announced', socket => socket.end(`${OK}content-length: 100\r\n\r\nshort`), 'unavailable'],
  [
    'chunks without the last',
    socket => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n5\r\nshort\r\n`),
    'unavailable',
  ],
  ['two lengths', socket => socket.end(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`), 'unavailable'],
  [
    'a length and chunks',
    socket => socket.end(`${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    'unavailable',
  ],
  ['a negative length', socket => socket.end(`${OK}content-length: -1\r\n\r\nab`), 'unavailable'],
  ['another protocol', socket => socket.end('220 mail.example ESMTP\r\n'), 'unavailable'],
  ['a closed connection', socket => socket.destroy(), 'unavailable'],
  [
    'a switch of protocols',
    socket => socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'),
    'unavailable',
  ],
]

for (const [what, talk, code] of HOSTILE)
  test(`a server that sends ${what} is ${code}`, { timeout: 20_000 }, async () => {
    await using server = await serveSockets(talk)
    const url = `${server.url}/`
    const file = join(directory, 'hostile')
    // Impatience must not be what stops those that are stopped for their size.
    const fetcher = tolerant({ maxBytes: 1_000_000, ...(code === 'unavailable' && { limits: quick }) })
    await assert.rejects(fetcher.download(url, file, { inspected: { acceptsRanges: false, finalUrl: url } }), { code })
    assert.equal(existsSync(file), false)
    assert.ok(server.hits.length <= 5)
    await server.left()
  })

test('more than announced is cut off where it was announced to end', async () => {
  await using server = await serveSockets(socket => socket.end(`${OK}content-length: 5\r\n\r\nshort and more`))
  const file = join(directory, 'more')
  await load(tolerant(), server.url, file).catch(({ code }) => assert.equal(code, 'unavailable'))
  if (existsSync(file)) assert.equal(readFileSync(file, 'utf8'), 'short')
})

test('a gzip bomb stays as small as it is: nothing is asked for in gzip, and nothing is unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const asked: unknown[] = []
  await using server = await serve((request, response) => {
    asked.push(request.headers['accept-encoding'])
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb)
  })
  const file = join(directory, 'bomb')
  assert.deepEqual(await load(tolerant({ maxBytes: 1_000_000 }), server.url, file), { sizeBytes: bomb.length })
  assert.deepEqual(readFileSync(file), bomb)
  assert.deepEqual(asked, ['identity'])
})

test('a server that sends just enough all the time is stopped when the time is over', async () => {
  await using server = await serveSockets(socket => drip(socket, `${OK}\r\n`, 'x'.repeat(100)))
  const limits = { windowBytes: 1, totalMs: 300 }
  await assert.rejects(load(tolerant({ limits }), server.url, join(directory, 'drip')), { code: 'unavailable' })
  assert.ok(server.hits.length <= 1)
})

test('who gives up gets their own reason, at once, and no file', async () => {
  const abort = new AbortController()
  await using server = await serveSockets(socket => {
    socket.write(`${OK}content-length: 100\r\n\r\nx`)
    setTimeout(() => abort.abort(new Error('enough')), 20)
  })
  const file = join(directory, 'given-up')
  await assert.rejects(load(tolerant(), server.url, file, abort.signal), { message: 'enough' })
  assert.equal(existsSync(file), false)
  await assert.rejects(tolerant().inspect(server.url, { signal: abort.signal }), { message: 'enough' })
  assert.equal(server.hits.length, 1)
})

test('a file that is there already is left alone', async () => {
  await using server = await serve((_request, response) => response.end('new'))
  const file = join(directory, 'there')
  await load(tolerant(), server.url, file)
  await assert.rejects(load(tolerant(), server.url, file), { code: 'EEXIST' })
  assert.equal(readFileSync(file, 'utf8'), 'new')
})

function load(fetcher: Fetcher, url: string, file: string, signal?: AbortSignal) {
  return fetcher.download(url, file, { inspected: { acceptsRanges: false, finalUrl: url }, ...(signal && { signal }) })
}

function drip(socket: Socket, first: string, more: string): void {
  socket.write(first)
  const timer = setInterval(() => socket.write(more), 20)
  socket.once('close', () => clearInterval(timer))
}

function flood(socket: Socket, first: string, more: Buffer): void {
  socket.write(first)
  const pour = () => {
    while (!socket.destroyed && socket.write(more));
  }
  socket.on('drain', pour)
  pour()
}

function chunk(bytes: number): Buffer {
  return Buffer.from(`${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`)
}
