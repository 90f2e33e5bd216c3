// events: streams over real sockets: framing, resuming, hanging up, and their limits.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { type EventLimits, type EventSource, eventStreams, type ServerEvent } from '../../src/web/events.ts'
import { openServer } from '../../src/web/server.ts'

const QUIET: EventLimits = { maxPerOwner: 200, keepAliveMs: 60_000 }

test('writes the id, the name and the data of each event, and ends with the source', async t => {
  const { url } = await serve(t, of(numbered(1, 2)))
  const reply = await fetch(url)
  assert.equal(reply.headers.get('content-type'), 'text/event-stream')
  assert.equal(
    await reply.text(),
    'retry: 2000\n\nid: 1\nevent: job.progress\ndata: {"n":1}\n\nid: 2\nevent: job.progress\ndata: {"n":2}\n\n',
  )
})

test('resumes after Last-Event-ID, from the header or from the query', async t => {
  const { url } = await serve(t, of(numbered(1, 5)))
  const byHeader = await (await fetch(url, { headers: { 'last-event-id': '3' } })).text()
  const byQuery = await (await fetch(`${url}?last_event_id=3`)).text()
  assert.deepEqual(ids(byHeader), ['4', '5'])
  assert.deepEqual(ids(byQuery), ['4', '5'])
})

test('an id that is no number is refused', async t => {
  const { url } = await serve(t, of([]))
  for (const id of ['x', '-1', '1e3', '9'.repeat(30)])
    assert.equal((await fetch(url, { headers: { 'last-event-id': id } })).status, 400, id)
})

test('whoever has read everything of what has ended is told to stay away', async t => {
  const { url } = await serve(t, of(numbered(1, 2), true))
  assert.equal((await fetch(url, { headers: { 'last-event-id': '2' } })).status, 204)
  assert.deepEqual(ids(await (await fetch(url, { headers: { 'last-event-id': '1' } })).text()), ['2'])
  assert.deepEqual(ids(await (await fetch(url)).text()), ['1', '2'])
})

test('says so every now and then while nothing happens', async t => {
  const { url } = await serve(t, waiting().source, { maxPerOwner: 1, keepAliveMs: 5 })
  const reply = await fetch(url)
  let seen = ''
  for await (const chunk of reply.body ?? []) {
    seen += Buffer.from(chunk).toString()
    if (seen.includes(': keep-alive\n\n: keep-alive\n\n')) break
  }
  assert.match(seen, /^retry: 2000\n\n(: keep-alive\n\n){2,}/)
})

test('a client that hangs up ends its source', async t => {
  const { source, opened, ended } = waiting()
  const { url } = await serve(t, source)
  const hangUp = new AbortController()
  await fetch(url, { signal: hangUp.signal })
  await opened
  hangUp.abort()
  await ended
})

test('a source that breaks in the middle cuts the connection, so that the client comes back', async t => {
  const { url } = await serve(t, {
    finished: false,
    async *open() {
      yield* numbered(1, 1)
      throw new Error('the database is gone')
    },
  })
  await assert.rejects((await fetch(url)).text())
})

test('a source that cannot be opened is an error, not a stream', async t => {
  const { url } = await serve(t, {
    finished: true,
    // biome-ignore lint/correctness/useYield: it fails before the first event
    async *open() {
      throw new Error('the database is gone')
    },
  })
  const reply = await fetch(url, { headers: { 'last-event-id': '1' } })
  assert.equal(reply.status, 500)
  assert.equal(((await reply.json()) as { error: string }).error, 'internal')
})

test('only so many streams are open at once, and a closed one makes room', async t => {
  const { source, ended } = waiting()
  const { url } = await serve(t, source, { maxPerOwner: 1, keepAliveMs: 60_000 })
  const hangUp = new AbortController()
  await fetch(url, { signal: hangUp.signal })
  const refused = await fetch(url)
  assert.equal(refused.status, 429)
  assert.equal(((await refused.json()) as { error: string }).error, 'too_many_requests')
  assert.equal(refused.headers.get('retry-after'), '2')
  hangUp.abort()
  await ended
  const again = new AbortController()
  assert.equal((await fetch(url, { signal: again.signal })).status, 200)
  again.abort()
})

test('a slow reader does not make the source run ahead without end', async t => {
  let made = 0
  const big = 'x'.repeat(64 * 1024)
  const { port } = await serve(t, {
    finished: false,
    async *open(_after, signal) {
      for (; made < 2000 && !signal.aborted; made++) yield { id: made + 1, event: 'job.progress', data: { big } }
    },
  })
  const socket = connect(port, '127.0.0.1')
  socket.pause()
  socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
  // The sockets' own buffers fill first; then the source must stand still.
  let before = -1
  while (before !== made || made === 0) {
    before = made
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  socket.destroy()
  assert.ok(made < 1000, `${made} events were made for a client that read none`)
})

test('closing the server ends its streams at once', async t => {
  const { source, opened, ended } = waiting()
  const { url, api } = await serve(t, source)
  const reply = await fetch(url)
  await opened
  await api.close()
  await ended
  assert.equal(await reply.text(), 'retry: 2000\n\n')
})

function numbered(from: number, to: number): ServerEvent[] {
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    id: from + n,
    event: 'job.progress',
    data: { n: from + n },
  }))
}

function of(events: readonly ServerEvent[], finished = false): EventSource {
  return {
    finished,
    async *open(afterId) {
      yield* events.filter(({ id }) => id > afterId)
    },
  }
}

function waiting() {
  const opened = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const source: EventSource = {
    finished: false,
    // biome-ignore lint/correctness/useYield: nothing ever happens in it
    async *open(_afterId, signal) {
      opened.resolve()
      if (!signal.aborted) await once(signal, 'abort')
      ended.resolve()
    },
  }
  return { source, opened: opened.promise, ended: ended.promise }
}

async function serve(t: TestContext, source: EventSource, limits = QUIET) {
  const door = {
    dialect,
    routes(api: Parameters<typeof eventStreams>[0]) {
      const send = eventStreams(api, limits)
      api.get('/events', (request, reply) => send(request, reply, source))
    },
  }
  const api = await openServer(door, pino({ level: 'silent' }))
  t.after(() => api.close())
  await api.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/events`, port, api }
}

function ids(stream: string): string[] {
  return [...stream.matchAll(/^id: (.+)$/gm)].map(([, id = '']) => id)
}
