// authentication: who is let in, in the document's words, on every route that there is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forge, forgedTokens } from '../../access/forged.ts'
import { fakeRuns } from './fake-runs.ts'
import { openDoor, SPEC } from './open-door.ts'
import { openGuarded } from './open-guarded.ts'

const NONE = 'Unauthorized: No valid authentication provided'
const TOKEN = 'Unauthorized: Invalid or expired token'
const KEY = 'Unauthorized: Invalid or revoked API key'

const CALLS: readonly [string, Record<string, string>, string | undefined, string][] = [
  ['without credentials', {}, undefined, NONE],
  ['with a token', { authorization: 'Bearer invalid-token' }, TOKEN, TOKEN],
  ['with an empty token', { authorization: 'Bearer ' }, TOKEN, TOKEN],
  ['with a token in another case', { authorization: 'bEARER x' }, TOKEN, TOKEN],
  ['with a key', { 'x-api-key': 'sk_revoked_key' }, KEY, KEY],
  ['with an empty key', { 'x-api-key': '' }, KEY, KEY],
  ['with a key as a token', { authorization: 'Bearer sk_revoked_key' }, KEY, KEY],
  ['with a password', { authorization: 'Basic dTpw' }, NONE, NONE],
]

const door = await openGuarded()

for (const [title, headers, optional, required] of CALLS)
  test(`a call ${title}`, async () => {
    for (const [auth, sentence] of [
      ['optional', optional],
      ['required', required],
    ] as const) {
      const reply = await (await door.open({ auth })).inject({ url: '/api/v1/jobs', headers })
      assert.equal(reply.statusCode, sentence === undefined ? 200 : 401, auth)
      if (sentence === undefined) continue
      assert.deepEqual(reply.json(), { error: sentence, message: sentence, code: 401 })
      assert.equal(reply.headers['www-authenticate'], 'Bearer')
    }
  })

test('no forged token is let in, and none is a failure of ours', async () => {
  const api = await door.open()
  for (const [fault, token] of Object.entries(forgedTokens())) {
    const reply = await api.inject({ url: '/api/v1/jobs', headers: { authorization: `Bearer ${token}` } })
    assert.deepEqual([reply.statusCode, reply.json()], [401, { error: TOKEN, message: TOKEN, code: 401 }], fault)
  }
  const good = await api.inject({ url: '/api/v1/jobs', headers: { authorization: `Bearer ${forge()}` } })
  assert.equal(good.statusCode, 200)
})

test('what a caller starts is theirs: others do not see it, an admin does', async () => {
  const api = await door.open()
  for (const headers of [await door.bearer('ann'), await door.key('ann')]) {
    const started = await api.inject({ method: 'POST', url: '/api/v1/jobs', headers, payload: { spec: SPEC } })
    assert.equal(started.statusCode, 201)
    assert.equal(door.runs.drafts.at(-1)?.owner, 'ann')
    const url = `/api/v1/jobs/${started.json().job_id}`
    for (const [who, status] of [
      [await door.bearer('ann'), 200],
      [await door.key('ann'), 200],
      [await door.bearer('bob'), 404],
      [await door.key('root'), 404],
      [await door.bearer('root', 'admin'), 200],
      [{}, 404],
    ] as const)
      assert.equal((await api.inject({ url, headers: who })).statusCode, status)
  }
})

test('of a token and a key the token counts, right or wrong', async () => {
  const api = await door.open()
  const name = async (headers: Record<string, string>) =>
    (await api.inject({ url: '/api/v1/health', headers })).json().authenticated_as?.user_id
  assert.equal(await name({ ...(await door.bearer('ann')), ...(await door.key('bob')) }), 'ann')
  assert.equal(await name({ ...(await door.bearer('ann')), 'x-api-key': 'sk_wrong' }), 'ann')
  const wrong = { authorization: 'Bearer wrong', ...(await door.key('bob')) }
  assert.equal((await api.inject({ url: '/api/v1/jobs', headers: wrong })).json().error, TOKEN)
})

test('a token of a user who has been disabled is refused', async () => {
  const api = await door.open()
  const { id } = await door.access.users.create({ email: 'eve@example.com', password: 'correct horse', role: 'user' })
  const headers = await door.bearer(id)
  assert.equal((await api.inject({ url: '/api/v1/jobs', headers })).statusCode, 200)
  await door.access.users.disable('eve@example.com')
  assert.equal((await api.inject({ url: '/api/v1/jobs', headers })).json().error, TOKEN)
})

test('health is open to everybody; the one with a name says who calls, and refuses wrong credentials', async () => {
  const api = await door.open({ auth: 'required' })
  const ask = async (url: string, headers: Record<string, string>) => await api.inject({ url, headers })
  const wrong = { authorization: 'Bearer wrong' }
  assert.equal((await ask('/health', wrong)).json().status, 'ok')
  assert.equal((await ask('/health', await door.bearer('ann'))).json().authenticated_as, undefined)
  assert.equal((await ask('/api/v1/health', {})).json().authenticated_as, undefined)
  assert.deepEqual((await ask('/api/v1/health', { authorization: `Bearer ${forge()}` })).json().authenticated_as, {
    ...{ user_id: 'user123', email: 'user@example.com', role: 'user', method: 'jwt' },
  })
  assert.equal((await ask('/api/v1/health', wrong)).json().error, TOKEN)
})

test('every route but health is closed where credentials are required', async () => {
  const api = await openDoor(fakeRuns(), { auth: 'required' })
  const open = ['/health', '/api/v1/health', '/openapi.json']
  const { paths } = (await api.inject('/openapi.json')).json() as { paths: Record<string, object> }
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(name => [name, path]))
  assert.ok(routes.length > 10)
  for (const [name = '', path = ''] of routes) {
    const method = name.toUpperCase() as 'GET'
    const reply = await api.inject({ method, url: path.replace(/\{\w+\}/g, 'x') })
    assert.equal(reply.statusCode, open.includes(path) ? 200 : 401, `${method} ${path}`)
  }
})
