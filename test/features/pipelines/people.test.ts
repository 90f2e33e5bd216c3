// people: admins make and end users and tokens over HTTP, nobody else does, and a token is renewed by its holder.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openGuarded } from './open-guarded.ts'

const door = await openGuarded()
const api = await door.open({ auth: 'required' })
const root = await door.bearer('root', 'admin')

type Call = { method?: 'GET' | 'POST' | 'DELETE'; url: string; payload?: object; headers?: Record<string, string> }

async function ask({ method = 'POST', headers = root, ...call }: Call) {
  const reply = await api.inject({ method, headers, ...call })
  return { status: reply.statusCode, body: reply.json(), headers: reply.headers }
}

test('a user is made once, with a password that is shown once, and listed without it', async () => {
  const made = await ask({ url: '/api/v1/admin/users', payload: { email: 'Ann@Example.com' } })
  assert.equal(made.status, 201)
  assert.deepEqual([made.body.email, made.body.role], ['ann@example.com', 'user'])
  assert.match(made.body.password, /^pw_/)
  assert.equal(made.headers['cache-control'], 'no-store')
  const listed = await ask({ method: 'GET', url: '/api/v1/admin/users' })
  assert.deepEqual(
    listed.body.map(({ email, password }: { email: string; password?: string }) => [email, password]),
    [['ann@example.com', undefined]],
  )
  const again = await ask({
    url: '/api/v1/admin/users',
    payload: { email: 'ann@example.com', password: 'long enough' },
  })
  assert.deepEqual([again.status, again.body.error], [409, 'user_exists'])
})

test('a chosen password is not told back, and a short one or a strange address is refused', async () => {
  const chosen = await ask({
    url: '/api/v1/admin/users',
    payload: { email: 'bob@example.com', password: 'long enough' },
  })
  assert.deepEqual([chosen.status, chosen.body.password], [201, undefined])
  for (const payload of [
    { email: 'bob' },
    { email: 'c@example.com', password: 'short' },
    { email: 'd@example.com', role: 'god' },
  ])
    assert.equal((await ask({ url: '/api/v1/admin/users', payload })).status, 400)
})

test('a token that was made works, is renewed by its holder, and ends with its user', async () => {
  const { body: user } = await ask({ url: '/api/v1/admin/users', payload: { email: 'eve@example.com' } })
  const made = await ask({ url: '/api/v1/admin/tokens', payload: { user_id: user.id, email: user.email, hours: 2 } })
  assert.equal(made.status, 201)
  assert.ok(Math.abs(Date.parse(made.body.expires_at) - Date.now() - 2 * 3_600_000) < 60_000)
  const headers = { authorization: `Bearer ${made.body.token}` }
  const renewed = await ask({ url: '/api/v1/tokens/refresh', headers })
  assert.equal(renewed.status, 200)
  const { userId, role } = await door.access.tokens.verify(renewed.body.token)
  assert.deepEqual([userId, role], [user.id, 'user'])
  assert.equal((await ask({ url: '/api/v1/admin/users/eve%40example.com/disable' })).status, 200)
  for (const token of [made.body.token, renewed.body.token])
    assert.equal(
      (await ask({ url: '/api/v1/tokens/refresh', headers: { authorization: `Bearer ${token}` } })).status,
      401,
    )
  assert.equal((await ask({ method: 'DELETE', url: '/api/v1/admin/users/eve%40example.com' })).status, 200)
  assert.equal((await ask({ method: 'DELETE', url: '/api/v1/admin/users/eve%40example.com' })).status, 404)
})

test('a key cannot be made into a token, and nobody but an admin makes any of it', async () => {
  const key = await door.key('ann')
  assert.equal((await ask({ url: '/api/v1/tokens/refresh', headers: key })).status, 401)
  const routes: Call[] = [
    { method: 'GET', url: '/api/v1/admin/users' },
    { url: '/api/v1/admin/users', payload: { email: 'x@example.com' } },
    { url: '/api/v1/admin/tokens', payload: { user_id: 'ann', role: 'admin' } },
    { url: '/api/v1/admin/users/bob%40example.com/disable' },
    { method: 'DELETE', url: '/api/v1/admin/users/bob%40example.com' },
  ]
  for (const route of routes) {
    assert.equal((await ask({ ...route, headers: await door.bearer('ann') })).status, 403, route.url)
    assert.equal((await ask({ ...route, headers: key })).status, 403, route.url)
    assert.equal((await ask({ ...route, headers: {} })).status, 401, route.url)
  }
})
