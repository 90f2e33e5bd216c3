// access: makes, checks, refreshes and revokes tokens and keys with the modules themselves, and guards a service of your own.
// Run: node examples/node/access.ts [DIRECTORY]    (keeps its keys there, or in a new directory). Needs Node 24.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import fastify from 'fastify'
import { openAccess } from 'kinora/access'
import { authenticate, knowCallers, requireRole } from 'kinora/authenticate'
import { openDatabase } from 'kinora/database'

const directory = process.argv[2] ?? (await mkdtemp(`${tmpdir()}/access-`))
const db = await openDatabase({ directory })
const { tokens, keys, identify } = await openAccess(db, { directory, given: process.env['JWT_SECRET'], tokenHours: 24 })

const token = await tokens.generate({ userId: 'user123', email: 'user@example.com', role: 'admin' })
console.log('the token says', await tokens.verify(token))
console.log('refreshed until', (await tokens.verify(await tokens.refresh(token))).expiresAt.toISOString())

const inThirtyDays = new Date(Date.now() + 30 * 24 * 3600 * 1000)
const { key, secret } = await keys.generate({
  userId: 'user456',
  name: 'Temporary',
  role: 'user',
  expiresAt: inThirtyDays,
})
console.log('the key, shown once:', secret, 'and from now on:', key.prefix)
console.log(
  'user456 has',
  (await keys.list({ userId: 'user456', limit: 10, offset: 0 })).keys.map(({ name }) => name),
)

const service = fastify()
knowCallers(service)
service.register(async scope => {
  scope.addHook('onRequest', authenticate('required', identify))
  scope.get('/me', async ({ principal }) => principal)
  scope.get('/stats', { onRequest: requireRole('admin') }, async () => ({ keys: await keys.count() }))
})
const ask = async (url: string, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await service.inject({ url, headers })
  console.log(url, Object.keys(headers).join() || 'without credentials', statusCode, body)
}
await ask('/me')
await ask('/me', { 'x-api-key': secret })
await ask('/stats', { 'x-api-key': secret })
await ask('/stats', { authorization: `Bearer ${token}` })
await keys.revoke(key.id, { owner: 'user456' })
await ask('/me', { 'x-api-key': secret })

await service.close()
await db.close()
