// static-tokens: tokens that somebody chose: who has which, and that nothing but the whole of one is good.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../src/access/refusal.ts'
import { withStaticTokens } from '../../src/access/static-tokens.ts'

const identify = withStaticTokens(
  [{ name: 'ann', token: 'ann-token' }, { token: 'nameless' }, { name: 'ann', token: 'ann-other' }],
  async credential => {
    if ('token' in credential && credential.token === 'signed')
      return { userId: 'somebody', role: 'admin', method: 'jwt' }
    throw refusal('token')
  },
)

test('who has a name is known by it, with each of their tokens', async () => {
  for (const token of ['ann-token', 'ann-other'])
    assert.deepEqual(await identify({ token }), { userId: 'token:ann', role: 'user', method: 'token' })
  assert.equal((await identify({ key: 'ann-token' })).userId, 'token:ann')
})

test('who has none is known by a digest, which is not the token', async () => {
  const { userId } = await identify({ token: 'nameless' })
  assert.match(userId, /^token:[0-9a-f]{16}$/)
})

test('others are asked about everything else', async () => {
  assert.equal((await identify({ token: 'signed' })).userId, 'somebody')
  for (const token of ['', 'ann', 'ann-toke', 'ann-token ', 'ANN-TOKEN', 'ann:ann-token', 'x'.repeat(100_000)])
    await assert.rejects(identify({ token }), { code: 'unauthorized' }, token.slice(0, 20))
})
