// idempotency: a POST with a key happens once and is answered alike, whoever dies, hangs up or stands still on the way.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { pino } from 'pino'
import type { Database } from '../../src/db/open.ts'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { AppError, type ErrorCode } from '../../src/lib/errors.ts'
import { forgetOldAnswers } from '../../src/web/answer-shelf.ts'
import { type Answers, openAnswers } from '../../src/web/answers.ts'
import { type Api, openServer } from '../../src/web/server.ts'
import { until } from '../fixtures/children.ts'
import { forEachDatabase } from '../fixtures/databases.ts'

forEachDatabase((engine, open) => {
  test('the same request again is answered with the same bytes, also after a restart, and nothing is done', async t => {
    const db = await open()
    const shop = await openShop(t, db)
    const first = await post(shop.api, 'k1')
    const again = await post(shop.api, 'k1')
    const later = await openShop(t, db)
    const restarted = await post(later.api, 'k1')
    assert.equal(first.statusCode, 201)
    assert.equal(first.headers['idempotent-replayed'], undefined)
    for (const reply of [again, restarted]) {
      assert.deepEqual([reply.statusCode, reply.rawPayload], [201, first.rawPayload])
      for (const name of ['location', 'content-type', 'content-length', 'cache-control', 'x-made-by'])
        assert.equal(reply.headers[name], first.headers[name], name)
      assert.equal(reply.headers['idempotent-replayed'], 'true')
      assert.notEqual(reply.headers['x-request-id'], first.headers['x-request-id'])
      assert.equal(reply.headers['set-cookie'], undefined)
    }
    assert.deepEqual([shop.made.length, later.made.length], [1, 0])
  })

  test('a hundred at once, over two processes: it is done once, and all are told the same', async t => {
    const db = await open()
    const gate = Promise.withResolvers<void>()
    const shops = [await openShop(t, db, gate.promise), await openShop(t, db, gate.promise)]
    const replied = Array.from({ length: 100 }, (_, index) => post((shops[index % 2] as Shop).api, 'k'))
    await Promise.race(shops.map(({ begun }) => begun))
    gate.resolve()
    const all = await Promise.all(replied)
    assert.equal(new Set(all.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, 1)
    assert.equal(shops.flatMap(({ made }) => made).length, 1)
    assert.equal(all.filter(({ headers }) => headers['idempotent-replayed'] === undefined).length, 1)
  })

  test('those who waited for one that failed try themselves, one after the other', async t => {
    const gate = Promise.withResolvers<void>()
    const { api, made, begun, fail } = await openShop(t, await open(), gate.promise)
    fail('internal')
    const all = ['a', 'b', 'c'].map(() => post(api, 'k'))
    await begun
    gate.resolve()
    assert.deepEqual(
      (await Promise.all(all)).map(({ statusCode }) => statusCode),
      [500, 500, 500],
    )
    assert.equal(made.length, 3)
  })

  test('when a process dies at it, one of those who wait begins the same thing again; a late answer of the dead is not heard', async t => {
    const db = await open()
    const gate = Promise.withResolvers<void>()
    const dead = await openShop(t, db, gate.promise, 400)
    const living = await openShop(t, db, undefined, 400)
    const late = post(dead.api, 'k')
    await dead.begun
    // From now on it does not say that it is alive.
    await sql`update answers set claim = 'gone'`.execute(db.kysely)
    const [heir, waiting] = await Promise.all([post(living.api, 'k'), post(living.api, 'k')])
    assert.equal(heir.statusCode, 201)
    assert.equal(waiting.body, heir.body)
    assert.deepEqual([dead.made.length, living.made.length], [1, 1])
    assert.equal(living.made[0]?.once, dead.made[0]?.once)
    gate.resolve()
    assert.deepEqual(replies([await late]), replies([heir]))
  })

  test('a process that lives keeps its claim for as long as it works', async t => {
    const db = await open()
    const gate = Promise.withResolvers<void>()
    const slow = await openShop(t, db, gate.promise, 600)
    const first = post(slow.api, 'k')
    await slow.begun
    const lease = async () => {
      const { rows } = await sql<{ lease: string }>`select lease_until::text as lease from answers`.execute(db.kysely)
      return rows[0]?.lease
    }
    const granted = await lease()
    await until(async () => (await lease()) !== granted)
    const other = await openShop(t, db, undefined, 600)
    const waiting = post(other.api, 'k')
    gate.resolve()
    assert.equal((await waiting).body, (await first).body)
    assert.deepEqual([slow.made.length, other.made.length], [1, 0])
  })

  test('an answer that is too old is forgotten: the same key is a new request; one that is being made is not', async t => {
    const db = await open()
    const gate = Promise.withResolvers<void>()
    const { api, made } = await openShop(t, db)
    await post(api, 'old')
    await post(api, 'older')
    const slow = await openShop(t, db, gate.promise)
    const running = post(slow.api, 'running')
    await slow.begun
    await sql`update answers set expires_at = now()`.execute(db.kysely)
    const again = await post(api, 'old', { other: 'body' })
    assert.deepEqual([again.statusCode, again.headers['idempotent-replayed']], [201, undefined])
    assert.notEqual(made[2]?.once, made[0]?.once)
    // Only the other one goes: this one is new, and nobody knows yet how the third will end.
    assert.equal(await forgetOldAnswers(db), 1)
    gate.resolve()
    assert.equal((await running).statusCode, 201)
    assert.equal((await post(api, 'running')).headers['idempotent-replayed'], 'true')
  })

  // What follows is of HTTP, and opening an embedded database takes seconds.
  if (engine === 'postgres') {
    test('an answer without a body, and one that is an error of the caller, are given again as they were', async t => {
      const { api, made } = await openShop(t, await open())
      const empty = [await post(api, 'e', { empty: true }), await post(api, 'e', { empty: true })]
      const wrong = [await post(api, 'w', { fail: 'run_terminal' }), await post(api, 'w', { fail: 'run_terminal' })]
      assert.deepEqual(replies(empty), [
        [204, ''],
        [204, ''],
      ])
      assert.deepEqual(replies(wrong)[0], replies(wrong)[1])
      assert.equal(wrong[1]?.statusCode, 400)
      assert.equal(made.length, 2)
    })

    test('another body, another query: 422; another owner, another path, no key: another request', async t => {
      const { api, made, fail } = await openShop(t, await open())
      // One that failed may have begun something: its key stands for it, too.
      fail('internal')
      await post(api, 'k', { a: 1 })
      assert.equal((await post(api, 'k', { a: 2 })).statusCode, 422)
      fail(undefined)
      await post(api, 'k', { a: 1 })
      for (const other of [await post(api, 'k', { a: 2 }), await post(api, 'k', { a: 1 }, { url: '/things?x=1' })]) {
        assert.equal(other.statusCode, 422)
        assert.equal(other.json().error, 'idempotency_key_reused')
      }
      assert.equal(made.length, 2)
      await post(api, 'k', { a: 2 }, { headers: { 'x-owner': 'ben' } })
      await post(api, 'k', { a: 2 }, { url: '/other-things' })
      await api.inject({ method: 'POST', url: '/things', payload: { a: 1 } })
      assert.equal(made.length, 5)
    })

    test('a key means nothing to a GET, or where answers are not to be kept', async t => {
      const { api, made } = await openShop(t, await open())
      for (const _again of [1, 2]) {
        assert.equal((await post(api, 'k', {}, { url: '/nowhere' })).headers['idempotent-replayed'], undefined)
        await api.inject({ method: 'GET', url: '/things', headers: { 'idempotency-key': 'k' } })
        const secret = await post(api, 'k', {}, { url: '/secrets' })
        assert.equal(secret.statusCode, 201)
      }
      assert.equal(made.length, 4)
      assert.ok(made.every(({ once }) => once === undefined))
    })

    for (const code of ['unauthorized', 'forbidden', 'request_timeout', 'too_many_requests', 'internal'] as ErrorCode[])
      test(`${code} is no answer to be kept: the same key tries again, and begins the same thing`, async t => {
        const { api, made, fail } = await openShop(t, await open())
        fail(code)
        const first = await post(api, 'k')
        fail(undefined)
        const second = await post(api, 'k')
        assert.equal(first.statusCode, new AppError(code, '').status)
        assert.equal(second.statusCode, 201)
        assert.equal(made.length, 2)
        assert.ok(made[0]?.once)
        assert.equal(made[1]?.once, made[0].once)
      })

    test('a client that hangs up stops nothing: what was answered is there when it comes back', async t => {
      const gate = Promise.withResolvers<void>()
      const { api, made, begun } = await openShop(t, await open(), gate.promise)
      await api.listen({ host: '127.0.0.1', port: 0 })
      const { port } = api.server.address() as AddressInfo
      const socket = connect(port, '127.0.0.1')
      socket.write('POST /things HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n')
      socket.write('Content-Length: 2\r\n\r\n{}')
      await begun
      socket.destroy()
      await once(socket, 'close')
      gate.resolve()
      const reply = await post(api, 'k')
      assert.deepEqual([reply.statusCode, reply.headers['idempotent-replayed']], [201, 'true'])
      assert.equal(made.length, 1)
    })

    test('a server that stops sends those away who wait for another process', async t => {
      const db = await open()
      const gate = Promise.withResolvers<void>()
      const slow = await openShop(t, db, gate.promise)
      const { api } = await openShop(t, db)
      const first = post(slow.api, 'k')
      await slow.begun
      const waiting = post(api, 'k')
      await api.ready()
      const closed = api.close()
      const reply = await waiting
      assert.equal(reply.statusCode, 503)
      assert.ok(reply.headers['retry-after'])
      await closed
      gate.resolve()
      assert.equal((await first).statusCode, 201)
    })
  }
})

for (const key of ['', 'a b', 'ä', 'a\tb', 'k'.repeat(256)])
  test(`${JSON.stringify(key.slice(0, 12))} is no key`, async t => {
    const { api, made } = await openShop(t, undefined)
    const reply = await post(api, key)
    assert.equal(reply.statusCode, 400)
    assert.match(reply.json().message, /Idempotency-Key/)
    assert.equal(made.length, 0)
  })

test('what could not be kept is not said: 503, and the same key tries again', async t => {
  const { api } = await openShop(t, undefined)
  const reply = await post(api, 'k')
  assert.equal(reply.statusCode, 503)
  assert.equal(reply.headers['retry-after'], '2')
  assert.doesNotMatch(reply.body, /"number"/)
})

// Hands out claims, and keeps nothing.
const FORGETFUL: Answers = {
  async obtain() {
    const lost = () => Promise.reject(new AppError('unavailable', 'The database cannot be reached'))
    return { once: 'once', keep: lost, release: lost }
  },
  async close() {},
}

type Shop = Awaited<ReturnType<typeof openShop>>

/** A server that makes things, and says which; `gate` is what each of them waits for. */
async function openShop(t: TestContext, db: Database | undefined, gate?: Promise<void>, leaseMs?: number) {
  const answers = db ? await openAnswers(db, { keepHours: 1, ...(leaseMs && { leaseMs }) }) : FORGETFUL
  const made: { once: string | undefined }[] = []
  const begun = Promise.withResolvers<void>()
  let failure: ErrorCode | undefined
  const make = async (request: FastifyRequest) => {
    made.push({ once: request.once })
    const number = made.length
    begun.resolve()
    await gate
    const { fail = failure } = (request.body ?? {}) as { fail?: ErrorCode }
    if (fail) throw new AppError(fail, 'It could not be made')
    return { number, at: process.hrtime.bigint().toString() }
  }
  const door = {
    dialect,
    routes(api: Api) {
      api.addHook('onRequest', async request => {
        const owner = request.headers['x-owner']
        if (owner) request.identified = { userId: String(owner), role: 'user', method: 'jwt' }
      })
      for (const url of ['/things', '/other-things'])
        api.post(url, async (request, reply) => {
          const thing = await make(request)
          const headers = { location: `/things/${thing.number}`, 'x-made-by': 'us', 'set-cookie': 'a=b' }
          reply.headers({ ...headers, 'cache-control': 'private' })
          if ((request.body as { empty?: boolean }).empty) return reply.code(204).send()
          return reply.code(201).send(thing)
        })
      api.post('/secrets', { config: { idempotent: false } }, async (request, reply) =>
        reply.code(201).send(await make(request)),
      )
      api.get('/things', make)
    },
  }
  const surroundings = { name: 'shop', answers, isProxy: () => false, isOrigin: () => false }
  const api = await openServer(door, pino({ level: 'silent' }), {}, surroundings)
  t.after(() => api.close().then(answers.close))
  const fail = (code: ErrorCode | undefined) => {
    failure = code
  }
  return { api, made, begun: begun.promise, fail }
}

function post(api: Api, key: string, payload: object = {}, { url = '/things', headers = {} } = {}) {
  return api.inject({ method: 'POST', url, payload, headers: { 'idempotency-key': key, ...headers } })
}

function replies(list: readonly { statusCode: number; body: string }[]): unknown[] {
  return list.map(({ statusCode, body }) => [statusCode, body])
}
