// authenticate: what a request knows of its caller, and which header counts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Credential } from '../../src/access/open.ts'
import type { Role } from '../../src/access/principal.ts'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { authenticate, requireRole } from '../../src/web/authenticate.ts'
import { openServer } from '../../src/web/server.ts'

// Believes everything, and names the caller after what was presented.
const identify = async (credential: Credential) => {
  const userId = 'key' in credential ? `key ${credential.key}` : `token ${credential.token}`
  return { userId, role: (userId.includes('root') ? 'admin' : 'user') as Role, method: 'jwt' as const }
}

const PRESENTED: readonly [Record<string, string>, string][] = [
  [{}, 'anonymous'],
  [{ authorization: 'Bearer a.b.c' }, 'token a.b.c'],
  [{ authorization: 'bearer   a.b.c ' }, 'token a.b.c'],
  [{ authorization: 'Bearer\ta.b.c' }, 'token a.b.c'],
  [{ authorization: 'Bearer' }, 'token '],
  [{ authorization: 'Bearer sk_1' }, 'key sk_1'],
  [{ 'x-api-key': 'sk_1' }, 'key sk_1'],
  [{ 'x-api-key': '' }, 'key '],
  [{ authorization: 'Bearer a.b.c', 'x-api-key': 'sk_1' }, 'token a.b.c'],
  [{ authorization: 'Basic dTpw', 'x-api-key': 'sk_1' }, 'key sk_1'],
]

for (const [headers, owner] of PRESENTED)
  test(`${JSON.stringify(headers)} is looked at as "${owner}"`, async () => {
    const { principal, ...seen } = (await ask('/optional', headers)).json()
    assert.deepEqual(seen, { owner, viewer: { owner, seesAll: false } })
    assert.equal(principal.method, owner === 'anonymous' ? 'anonymous' : 'jwt')
  })

test('an admin sees all, and owns what is theirs', async () => {
  const { owner, viewer } = (await ask('/optional', { authorization: 'Bearer root' })).json()
  assert.deepEqual([owner, viewer], ['token root', { owner: 'token root', seesAll: true }])
})

test('one caller is not taken for the next', async () => {
  const replies = await Promise.all([
    ask('/optional', { authorization: 'Bearer root' }),
    ask('/optional', {}),
    ask('/optional', { 'x-api-key': 'sk_1' }),
    ask('/nobody-asks', { authorization: 'Bearer root' }),
  ])
  assert.deepEqual(
    replies.map(reply => reply.json().owner),
    ['token root', 'anonymous', 'key sk_1', 'anonymous'],
  )
})

test('a scheme that there is not is no authentication', async () => {
  for (const authorization of ['Basic dTpw', 'Bearers x', 'x', '']) {
    const reply = await ask('/optional', { authorization })
    assert.deepEqual([reply.statusCode, reply.json().error], [401, 'Unauthorized: No valid authentication provided'])
  }
})

test('a role is asked for after the name', async () => {
  assert.equal((await ask('/admin', {})).statusCode, 401)
  assert.equal((await ask('/admin', { 'x-api-key': 'sk_1' })).statusCode, 403)
  assert.equal((await ask('/admin', { 'x-api-key': 'root' })).statusCode, 200)
})

async function ask(url: string, headers: Record<string, string>) {
  const api = await openServer(
    {
      dialect,
      routes(door) {
        const guard = authenticate('optional', identify)
        door.get('/nobody-asks', async ({ principal, owner, viewer }) => ({ principal, owner, viewer }))
        door.get('/optional', { onRequest: guard }, async ({ principal, owner, viewer }) => ({
          ...{ principal, owner, viewer },
        }))
        door.get('/admin', { onRequest: [guard, requireRole('admin')] }, async () => ({}))
      },
    },
    pino({ level: 'silent' }),
  )
  return await api.inject({ url, headers })
}
