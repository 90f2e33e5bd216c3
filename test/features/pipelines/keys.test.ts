// keys: API keys over HTTP: made, shown once, listed, ended, and never of any use to the wrong caller.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openGuarded } from './open-guarded.ts'

const door = await openGuarded()
const api = await door.open()
const required = await door.open({ auth: 'required' })

const FORBIDDEN = 'Forbidden: Insufficient permissions'

test('a key is shown whole once, and lets its user in', async () => {
  const ann = await door.bearer('ann')
  const reply = await post('/api/v1/keys', ann, { name: 'CI', expires_in_days: 30 })
  const { key, id, expires_at: expiresAt, ...said } = reply.json()
  assert.equal(reply.statusCode, 201)
  assert.equal(reply.headers['cache-control'], 'no-store')
  assert.match(key, /^sk_\w{52}$/)
  assert.deepEqual(Object.keys(said).sort(), ['created_at', 'name', 'revoked', 'role', 'user_id'])
  assert.deepEqual([said.user_id, said.role, said.revoked], ['ann', 'user', false])
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 30 * 86_400_000) < 60_000)
  for (const headers of [{ 'x-api-key': key }, { authorization: `Bearer ${key}` }]) {
    const health = (await required.inject({ url: '/api/v1/health', headers })).json()
    assert.deepEqual(health.authenticated_as, { user_id: 'ann', role: 'user', method: 'key' })
  }
  const listed = await api.inject({ url: '/api/v1/keys', headers: ann })
  assert.deepEqual([listed.json()[0].id, listed.json()[0].key], [id, `${key.slice(0, 15)}...`])
  assert.ok(!listed.body.includes(key))
})

test('keys are listed page by page, each caller their own', async () => {
  const headers = await door.bearer('lister')
  for (const name of ['a', 'b', 'c']) await post('/api/v1/keys', headers, { name })
  const reply = await api.inject({ url: '/api/v1/keys?limit=2', headers })
  assert.deepEqual(names(reply.json()), ['c', 'b'])
  assert.equal(reply.headers['x-total-count'], '3')
  assert.match(String(reply.headers.link), /offset=2>; rel="next"/)
  const other = await api.inject({ url: '/api/v1/keys?user_id=lister', headers: await door.bearer('other') })
  assert.deepEqual([other.statusCode, other.json().error], [403, FORBIDDEN])
})

test('a revoked or deleted key is refused at once, in the words of the document', async () => {
  for (const [method, path] of [
    ['POST', '/revoke'],
    ['DELETE', ''],
  ] as const) {
    const ann = await door.bearer('ann')
    const { id, key } = (await post('/api/v1/keys', ann, { name: 'short-lived' })).json()
    const ended = await api.inject({ method, url: `/api/v1/keys/${id}${path}`, headers: ann })
    assert.deepEqual([ended.statusCode, ended.json().key], [200, `${key.slice(0, 15)}...`])
    const reply = await api.inject({ url: '/api/v1/jobs', headers: { 'x-api-key': key } })
    const sentence = 'Unauthorized: Invalid or revoked API key'
    assert.deepEqual([reply.statusCode, reply.json()], [401, { error: sentence, message: sentence, code: 401 }])
  }
})

test('a key makes keys for its own user that do not outlive it', async () => {
  const { key, expires_at: end } = (
    await post('/api/v1/keys', await door.bearer('ann'), { name: 'a', expires_in_days: 7 })
  ).json()
  const byKey = { 'x-api-key': key }
  const heir = (await post('/api/v1/keys', byKey, { name: 'b' })).json()
  assert.deepEqual([heir.user_id, heir.role, heir.expires_at], ['ann', 'user', end])
  const shorter = await post('/api/v1/keys', byKey, { name: 'c', expires_in_days: 6 })
  assert.equal(shorter.statusCode, 201)
  for (const more of [{ expires_in_days: 8 }, { role: 'admin' }, { user_id: 'bob' }]) {
    const refused = await post('/api/v1/keys', byKey, { name: 'd', ...more })
    assert.deepEqual([refused.statusCode, refused.json().error], [403, FORBIDDEN], JSON.stringify(more))
  }
})

test("somebody else's key answers as one that is not there", async () => {
  const { id } = (await post('/api/v1/keys', await door.bearer('ann'), { name: 'mine' })).json()
  const headers = await door.bearer('mallory')
  for (const [method, path] of [
    ['POST', '/revoke'],
    ['DELETE', ''],
  ] as const) {
    const ask = async (key: string) => await api.inject({ method, url: `/api/v1/keys/${key}${path}`, headers })
    const [foreign, missing] = [await ask(id), await ask('key_none')]
    assert.deepEqual([foreign.statusCode, foreign.json().error], [404, 'key_not_found'])
    assert.equal(foreign.body.replace(id, 'key_none'), missing.body)
  }
})

test('a user makes no key for an admin or for somebody else; an admin does', async () => {
  for (const asked of [{ role: 'admin' }, { user_id: 'bob' }, { role: 'admin', user_id: 'bob' }]) {
    for (const headers of [await door.bearer('ann'), await door.key('ann')]) {
      const refused = await post('/api/v1/keys', headers, { name: 'more', ...asked })
      assert.deepEqual([refused.statusCode, refused.json().error], [403, FORBIDDEN])
    }
    const made = await post('/api/v1/keys', await door.bearer('root', 'admin'), { name: 'more', ...asked })
    assert.deepEqual(
      [made.statusCode, made.json().role, made.json().user_id],
      [201, asked.role ?? 'user', asked.user_id ?? 'root'],
    )
  }
})

test("an admin sees and ends everybody's keys, a key of an admin only if it was made so", async () => {
  const { id } = (await post('/api/v1/keys', await door.bearer('carol'), { name: 'of carol' })).json()
  const list = async (headers: Record<string, string>) =>
    (await api.inject({ url: '/api/v1/keys?limit=200', headers })).json().map((key: { id: string }) => key.id)
  assert.ok((await list(await door.bearer('root', 'admin'))).includes(id))
  assert.ok((await list(await door.key('root', 'admin'))).includes(id))
  const { key } = (await post('/api/v1/keys', await door.bearer('root', 'admin'), { name: 'plain' })).json()
  assert.ok(!(await list({ 'x-api-key': key })).includes(id))
  assert.equal((await api.inject({ url: '/api/v1/admin/stats', headers: { 'x-api-key': key } })).statusCode, 403)
  const admin = await door.bearer('root', 'admin')
  const url = '/api/v1/keys?user_id=carol'
  assert.deepEqual(names((await api.inject({ url, headers: admin })).json()), ['of carol'])
  const gone = await api.inject({ method: 'DELETE', url: `/api/v1/keys/${id}`, headers: admin })
  assert.equal(gone.statusCode, 200)
})

test('callers without credentials have no keys, in every mode', async () => {
  for (const each of [api, required])
    for (const [method, url] of [
      ['GET', '/api/v1/keys'],
      ['POST', '/api/v1/keys'],
      ['DELETE', '/api/v1/keys/key_1'],
      ['POST', '/api/v1/keys/key_1/revoke'],
    ] as const) {
      const reply = await each.inject({ method, url })
      assert.deepEqual([reply.statusCode, reply.json().error], [401, 'Unauthorized: No valid authentication provided'])
    }
})

const WRONG: readonly [object, RegExp][] = [
  [{}, /^\/name: is missing/],
  [{ name: '' }, /^\/name/],
  [{ name: 'x'.repeat(101) }, /^\/name/],
  [{ name: 'a\u001b[2J' }, /^\/name: .* printable/],
  [{ name: 'a', expires_at: '2001-01-01T00:00:00Z' }, /^\/expires_at: must be in the future/],
  [{ name: 'a', expires_at: 'tomorrow' }, /^\/expires_at/],
  [{ name: 'a', expires_in_days: 0 }, /^\/expires_in_days/],
  [{ name: 'a', expires_in_days: '7' }, /^\/expires_in_days/],
  [{ name: 'a', expires_in_days: 7, expires_at: '2999-01-01T00:00:00Z' }, /^\/expires_in_days: must not be there/],
  [{ name: 'a', user_id: 'anonymous' }, /^\/user_id/],
  [{ name: 'a', hash: 'x' }, /^\/hash: is not known/],
  [{ name: 'a', revoked: false }, /^\/revoked: is not known/],
]

for (const [body, message] of WRONG)
  test(`no key is made of ${JSON.stringify(body).slice(0, 60)}`, async () => {
    const reply = await post('/api/v1/keys', await door.bearer('root', 'admin'), body)
    assert.equal(reply.statusCode, 400)
    assert.match(reply.json().message, message)
  })

async function post(url: string, headers: Record<string, string>, payload: object) {
  return await api.inject({ method: 'POST', url, headers, payload })
}

function names(keys: readonly { name: string }[]): string[] {
  return keys.map(({ name }) => name)
}
