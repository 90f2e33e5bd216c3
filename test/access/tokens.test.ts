// tokens: what a token says is believed only if everything about it is right.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { openTokens } from '../../src/access/tokens.ts'
import { forge, forgedTokens, SECRET } from './forged.ts'

const tokens = openTokens(new TextEncoder().encode(SECRET), { hours: 24 })
const PERSON = { userId: 'user123', email: 'user@example.com', role: 'admin' } as const

const REFUSED = { code: 'unauthorized', message: 'Unauthorized: Invalid or expired token' }

for (const [fault, token] of Object.entries(forgedTokens()))
  test(`a token is refused that has: ${fault}`, async () => {
    await assert.rejects(tokens.verify(token), REFUSED)
    await assert.rejects(tokens.refresh(token), REFUSED)
  })

test('a token says who it is for, in the claims that other programs read', async () => {
  const token = await tokens.generate(PERSON)
  const { iat = 0, exp, jti, ...claims } = decodeJwt(token)
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'JWT' })
  assert.deepEqual(claims, {
    ...{ sub: 'user123', user_id: 'user123', email: 'user@example.com', role: 'admin' },
    ...{ iss: 'kinora', aud: 'access' },
  })
  assert.equal(exp, iat + 86_400)
  assert.deepEqual(await tokens.verify(token), { ...PERSON, expiresAt: new Date((exp ?? 0) * 1000) })
})

test('a token may be good for as long as its maker says', async () => {
  const { iat = 0, exp } = decodeJwt(await tokens.generate(PERSON, 2))
  assert.equal(exp, iat + 7200)
})

test('a token that another program made with the secret is as good as ours', async () => {
  const { expiresAt, ...said } = await tokens.verify(forge({ user_id: undefined, email: undefined, role: undefined }))
  assert.deepEqual(said, { userId: 'user123', email: undefined, role: 'user' })
  assert.ok(expiresAt.getTime() > Date.now())
})

test('a renewed token says the same and lasts longer', async () => {
  const soon = Math.floor(Date.now() / 1000) + 60
  const renewed = await tokens.refresh(forge({ exp: soon, role: 'admin' }))
  const { expiresAt, ...said } = await tokens.verify(renewed)
  assert.deepEqual(said, PERSON)
  assert.ok(expiresAt.getTime() > soon * 1000)
})

test('tokens of another secret are not ours', async () => {
  const others = openTokens(new TextEncoder().encode(`${SECRET}!`), { hours: 1 })
  await assert.rejects(tokens.verify(await others.generate(PERSON)), REFUSED)
})
