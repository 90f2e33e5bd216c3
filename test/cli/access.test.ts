// access: `kinora keys`, `tokens` and `users`, beside a running server, alone, and over a database server.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { kinora } from './kinora.ts'

describe('beside a running server, which keeps its embedded database', () => {
  ofAWorkingSite(async () => {
    const site = await openSite()
    const server = await site.start()
    return { site, url: server.url, env: { KINORA_DATA_DIR: site.directory } }
  })
})

describe('over a database server, from another directory', () => {
  let cluster: PostgresCluster
  before(async () => {
    cluster = await startPostgres()
  })
  after(() => cluster?.stop())
  ofAWorkingSite(async () => {
    const url = await cluster.createDatabase()
    const site = await openSite({ url })
    const server = await site.start({ role: 'api' })
    return { site, url: server.url, env: { KINORA_DATA_DIR: site.directory, KINORA_DATABASE_URL: url } }
  })
})

test('alone, it makes a key that the server knows when it starts', async () => {
  await using site = await openSite()
  const env = { KINORA_DATA_DIR: site.directory }
  const key = await kinora(['keys', 'create', '--user', 'ann', '--name', 'CI'], env)
  const token = await kinora(['tokens', 'create', '--user', 'ann'], env)
  assert.deepEqual([key.code, token.code, key.err, token.err], [0, 0, '', ''])
  const { url } = await site.start()
  assert.equal((await caller(url, { 'x-api-key': key.out })).user_id, 'ann')
  assert.equal((await caller(url, { authorization: `Bearer ${token.out}` })).user_id, 'ann')
})

test('many commands at once all get their turn', async () => {
  await using site = await openSite()
  const env = { KINORA_DATA_DIR: site.directory }
  await kinora(['keys', 'list'], env)
  const ended = await Promise.all(
    ['a', 'b', 'c'].map(name => kinora(['keys', 'create', '--user', 'ann', '--name', name], env)),
  )
  for (const { code, err } of ended) assert.deepEqual([code, err], [0, ''])
  assert.equal(JSON.parse((await kinora(['keys', 'list', '--json'], env)).out).length, 3)
})

test('a socket that a killed server left is no obstacle, neither to a command nor to the next server', async () => {
  await using site = await openSite()
  const env = { KINORA_DATA_DIR: site.directory }
  await (await site.start()).kill()
  assert.equal((await kinora(['keys', 'create', '--user', 'ann', '--name', 'a'], env)).code, 0)
  await site.start()
  assert.match((await kinora(['keys', 'list'], env)).out, /ann/)
})

function ofAWorkingSite(open: () => Promise<{ site: Site; url: string; env: Record<string, string> }>): void {
  let place: Awaited<ReturnType<typeof open>>
  before(async () => {
    place = await open()
  })
  after(() => place?.site.close())
  const run = async (words: string, input?: string) => await kinora(words.split(' '), place.env, input)

  test('a key is made, used, listed, revoked and deleted', async () => {
    const made = await run('keys create --user ann --name CI --expires-days 30')
    assert.deepEqual([made.code, made.err], [0, ''])
    assert.match(made.out, /^sk_\w{52}$/)
    const headers = { 'x-api-key': made.out }
    assert.deepEqual(await caller(place.url, headers), { user_id: 'ann', role: 'user', method: 'key' })
    const listed = await run('keys list --user ann')
    assert.match(listed.out, /^ {2}ID +KEY +USER +ROLE +STATE +NAME\n {2}key_\w+ +sk_\w{12}\.\.\. +ann +user +until \d/)
    assert.ok(!listed.out.includes(made.out))
    const [{ id }] = JSON.parse((await run('keys list --user ann --json')).out)
    assert.equal((await run(`keys revoke ${id}`)).out, `${id} is revoked`)
    assert.equal((await fetch(`${place.url}/api/v1/jobs`, { headers })).status, 401)
    assert.match((await run('keys list --user ann')).out, /revoked/)
    assert.equal((await run(`keys delete ${id}`)).code, 0)
    assert.deepEqual(await run(`keys delete ${id}`), { code: 1, out: '', err: `kinora: Key ${id} not found` })
  })

  test('a key is made for an admin, who is told everything', async () => {
    const { out } = await run('keys create --user root --name ops --admin')
    const reply = await fetch(`${place.url}/api/v1/admin/stats`, { headers: { 'x-api-key': out } })
    const stats = (await reply.json()) as Record<string, unknown>
    assert.equal(reply.status, 200)
    assert.deepEqual(stats['jobs'], { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0 })
    assert.deepEqual(stats['artifacts'], { count: 0, bytes: 0 })
    assert.ok(Number(stats['api_keys']) >= 1)
  })

  test('a token is made, used, checked and renewed', async () => {
    const { out: token } = await run('tokens create --user bob --email bob@example.com --role admin --hours 2')
    const headers = { authorization: `Bearer ${token}` }
    assert.deepEqual(await caller(place.url, headers), {
      ...{ user_id: 'bob', email: 'bob@example.com', role: 'admin', method: 'jwt' },
    })
    assert.match((await run(`tokens verify ${token}`)).out, /^bob <bob@example.com> as admin, until 2/)
    const { out: renewed } = await run(`tokens refresh ${token}`)
    assert.equal((await caller(place.url, { authorization: `Bearer ${renewed}` })).user_id, 'bob')
    const wrong = await run(`tokens verify ${token}x`)
    assert.deepEqual(wrong, { code: 1, out: '', err: 'kinora: Unauthorized: Invalid or expired token' })
  })

  test('a user is made, listed, disabled and deleted, and tokens follow', async () => {
    const made = JSON.parse((await run('users create Eve@Example.com --json')).out)
    assert.match(made.password, /^pw_\w{52}$/)
    assert.equal(made.email, 'eve@example.com')
    const given = await run('users create dan@example.com --role admin --password-stdin', 'correct horse\n')
    assert.match(given.out, /^user_\w+ is dan@example\.com$/)
    const { out: token } = await run(`tokens create --user ${made.id}`)
    const headers = { authorization: `Bearer ${token}` }
    assert.equal((await caller(place.url, headers)).user_id, made.id)
    assert.match((await run('users list')).out, /eve@example\.com +user +active\n.* dan@example\.com +admin +active$/)
    assert.equal((await run('users disable eve@example.com')).out, 'eve@example.com is disabled')
    assert.equal((await fetch(`${place.url}/api/v1/jobs`, { headers })).status, 401)
    assert.equal((await run('users delete eve@example.com')).code, 0)
    assert.equal((await fetch(`${place.url}/api/v1/jobs`, { headers })).status, 401)
    assert.equal((await run('users delete eve@example.com')).err, 'kinora: There is no user eve@example.com')
  })
}

async function caller(url: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const reply = await fetch(`${url}/api/v1/health`, { headers })
  return ((await reply.json()) as { authenticated_as: Record<string, unknown> }).authenticated_as
}
