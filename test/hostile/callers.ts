// callers: those who know somebody's ids and have good credentials of their own, and those who have none that are good.
import type { Access } from '../../src/access/open.ts'

export type Headers = Readonly<Record<string, string>>
export type Callers = readonly (readonly [name: string, headers: Headers])[]

export async function bearer({ tokens }: Access, userId: string, role: 'user' | 'admin' = 'user'): Promise<Headers> {
  return { authorization: `Bearer ${await tokens.generate({ userId, role })}` }
}

/** `secret`: a good key of ann's. */
export async function makeCallers(access: Access, secret: string): Promise<{ strangers: Callers; intruders: Callers }> {
  const { keys, tokens } = access
  const eve = await keys.generate({ userId: 'eve', name: 'good', role: 'user' })
  const revoked = await keys.generate({ userId: 'ann', name: 'revoked', role: 'user' })
  await keys.revoke(revoked.key.id, { owner: 'ann' })
  const expired = await keys.generate({ userId: 'ann', name: 'expired', role: 'user', expiresAt: new Date(0) })
  const token = await tokens.generate({ userId: 'ann', role: 'admin' })
  const ended = await tokens.generate({ userId: 'ann', role: 'admin' }, -1)
  const [head = '', claims = '', signature = ''] = token.split('.')
  return {
    strangers: [
      ['a token of eve', await bearer(access, 'eve')],
      ['a key of eve', { 'x-api-key': eve.secret }],
      ['a token of Ann', await bearer(access, 'Ann')],
      ['a token of a look-alike', await bearer(access, 'аnn')],
    ],
    intruders: [
      ['nothing', {}],
      ['a revoked key', { 'x-api-key': revoked.secret }],
      ['an expired key', { 'x-api-key': expired.secret }],
      ['the shown prefix of a key', { 'x-api-key': secret.slice(0, 15) }],
      ['a key with one letter changed', { 'x-api-key': `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}` }],
      ['an expired token', { authorization: `Bearer ${ended}` }],
      [
        'a token with another signature',
        { authorization: `Bearer ${head}.${claims}.${signature.split('').reverse().join('')}` },
      ],
      ['a token without a signature', { authorization: `Bearer ${head}.${claims}.` }],
      ['a user id', { authorization: 'Bearer ann' }],
      ['basic credentials', { authorization: `Basic ${Buffer.from('ann:ann').toString('base64')}` }],
    ],
  }
}
