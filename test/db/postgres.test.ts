// A PostgreSQL that goes away: what ran on it fails as `unavailable`, the process lives, and everything comes back.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/db/open.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'

let cluster: PostgresCluster
before(async () => {
  cluster = await startPostgres()
})
after(() => cluster?.stop())

test('a server that nobody answers for is unavailable', async () => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const url = `postgres://postgres@127.0.0.1:${port}/x`
  await assert.rejects(openDatabase({ url, directory: tmpdir() }), { code: 'unavailable' })
  server.close()
  await assert.rejects(openDatabase({ url, directory: tmpdir() }), { code: 'unavailable' })
})

test('a server that stops and starts again costs the statements in flight and nothing else', async () => {
  const database = await openDatabase({ url: await cluster.createDatabase(), directory: tmpdir() })
  const heard: string[] = []
  const reconnected = Promise.withResolvers<void>()
  await database.listen('kinora_test', payload => {
    heard.push(payload)
    if (payload === '') reconnected.resolve()
  })
  await sql`select 1`.execute(database.kysely)
  const began = Promise.withResolvers<void>()
  const inFlight = database.transaction(async trx => {
    await trx.insertInto('probes').values({ key: 'lost', probe: '{}' }).execute()
    began.resolve()
    await sql`select pg_sleep(60)`.execute(trx)
  })
  const failed = assert.rejects(inFlight, { code: 'unavailable' })
  await began.promise
  await cluster.stopImmediate()
  await failed
  await assert.rejects(sql`select 1`.execute(database.kysely), { code: 'unavailable' })
  await assert.rejects(
    database.listen('kinora_other', () => {}),
    { code: 'unavailable' },
  )
  await cluster.start()
  await reconnected.promise
  assert.deepEqual(await database.kysely.selectFrom('probes').selectAll().execute(), [])
  const again = Promise.withResolvers<string>()
  await database.listen('kinora_again', again.resolve)
  await sql`select pg_notify('kinora_test', 'still'), pg_notify('kinora_again', 'here')`.execute(database.kysely)
  assert.equal(await again.promise, 'here')
  await database.close()
  assert.ok(heard.includes('still'))
})

test('a single connection that is cut is replaced, for statements and for notifications', async () => {
  const target = new URL(await cluster.createDatabase())
  await using proxy = await openProxy(Number(target.port))
  target.port = String(proxy.port)
  const database = await openDatabase({ url: target.href, directory: tmpdir() })
  const reconnected = Promise.withResolvers<string>()
  await database.listen('kinora_test', reconnected.resolve)
  await sql`select 1`.execute(database.kysely)
  proxy.cut()
  assert.equal(await reconnected.promise, '')
  await sql`select 1`.execute(database.kysely)
  await database.close()
})

async function openProxy(targetPort: number) {
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = connect(targetPort, '127.0.0.1')
    for (const socket of [near, far])
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      this.cut()
      server.close()
    },
  }
}
