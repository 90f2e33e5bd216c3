// keys: API keys on both engines: who is let in, who is not, and what somebody would find who stole the database.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openKeys } from '../../src/access/keys.ts'
import { openUsers } from '../../src/access/users.ts'
import { forEachDatabase } from '../fixtures/databases.ts'

const MINE = { userId: 'user123', name: 'Production Key', role: 'user' } as const
const REFUSED = { code: 'unauthorized', message: 'Unauthorized: Invalid or revoked API key' }
const ADMIN = { owner: 'root', seesAll: true }

forEachDatabase((_engine, open) => {
  test('a key lets its user in, and a stolen table lets nobody in', async () => {
    const db = await open()
    const keys = openKeys(db)
    const { key, secret } = await keys.generate(MINE)
    assert.match(secret, /^sk_[0-9a-z]{52}$/)
    assert.equal((await keys.verify(secret)).id, key.id)
    const { rows } = await sql<object>`select to_jsonb(api_keys) from api_keys`.execute(db.kysely)
    const stolen = JSON.stringify(rows)
    assert.ok(stolen.includes(secret.slice(0, 15)) && !stolen.includes(secret.slice(0, 16)))
    for (const text of stolen.match(/[\w.$+/=-]{16,}/g) ?? []) await assert.rejects(keys.verify(text), REFUSED)
  })

  test('no key is let in that is not exactly one of ours', async () => {
    const keys = openKeys(await open())
    const { key, secret } = await keys.generate(MINE)
    const wrong = [
      '',
      'sk_',
      'sk_revoked_key',
      key.id,
      key.prefix,
      secret.slice(0, -1),
      `${secret} `,
      secret.toUpperCase(),
    ]
    for (const text of [...wrong, `${secret}\0`, `' or '1'='1`, 'x'.repeat(100_000)])
      await assert.rejects(keys.verify(text), REFUSED, text.slice(0, 20))
  })

  test('a key is refused once it has expired, or is revoked or deleted', async () => {
    const keys = openKeys(await open())
    const expired = await keys.generate({ ...MINE, expiresAt: new Date(Date.now() - 1000) })
    await assert.rejects(keys.verify(expired.secret), REFUSED)
    const lasting = await keys.generate({ ...MINE, expiresAt: new Date(Date.now() + 3_600_000) })
    await keys.verify(lasting.secret)
    const { revokedAt } = await keys.revoke(lasting.key.id, ADMIN)
    await assert.rejects(keys.verify(lasting.secret), REFUSED)
    assert.deepEqual((await keys.revoke(lasting.key.id, ADMIN)).revokedAt, revokedAt)
    const deleted = await keys.generate(MINE)
    await keys.remove(deleted.key.id, ADMIN)
    await assert.rejects(keys.verify(deleted.secret), REFUSED)
    await assert.rejects(keys.remove(deleted.key.id, ADMIN), { code: 'key_not_found' })
    assert.equal(await keys.count(), 0)
  })

  test("somebody else's key is as if it were not there", async () => {
    const keys = openKeys(await open())
    const { key, secret } = await keys.generate(MINE)
    const other = { owner: 'user456', seesAll: false }
    for (const end of [keys.revoke, keys.remove]) {
      await assert.rejects(end(key.id, other), { code: 'key_not_found', message: `Key ${key.id} not found` })
      await assert.rejects(end('key_1', other), { code: 'key_not_found', message: 'Key key_1 not found' })
    }
    await keys.verify(secret)
    await keys.revoke(key.id, { owner: 'user123' })
  })

  test('keys are listed newest first, page by page', async () => {
    const keys = openKeys(await open())
    for (const name of ['a', 'b', 'c']) await keys.generate({ ...MINE, name })
    await keys.generate({ ...MINE, userId: 'user456' })
    const page = await keys.list({ userId: 'user123', limit: 2, offset: 1 })
    assert.deepEqual([page.keys.map(({ name }) => name), page.total], [['b', 'a'], 3])
    assert.equal((await keys.list({ limit: 9, offset: 0 })).total, 4)
    assert.equal(await keys.count(), 4)
  })

  test('when a key was last used is written at most once a minute', async () => {
    const db = await open()
    const keys = openKeys(db)
    const { key, secret } = await keys.generate(MINE)
    assert.equal(key.lastUsedAt, undefined)
    const lastUsed = async () => (await keys.list({ limit: 1, offset: 0 })).keys[0]?.lastUsedAt?.getTime() ?? 0
    await keys.verify(secret)
    const first = await lastUsed()
    await keys.verify(secret)
    assert.equal(await lastUsed(), first)
    await sql`update api_keys set last_used_at = now() - interval '61 seconds'`.execute(db.kysely)
    const aged = await lastUsed()
    await keys.verify(secret)
    assert.ok((await lastUsed()) > aged)
  })

  test('the keys of a user who is disabled are refused, and do not count', async () => {
    const db = await open()
    const [keys, users] = [openKeys(db), openUsers(db)]
    const user = await users.create({ email: 'ann@example.com', password: 'correct horse', role: 'user' })
    const { secret } = await keys.generate({ ...MINE, userId: user.id })
    await keys.verify(secret)
    await users.disable('ann@example.com')
    await assert.rejects(keys.verify(secret), REFUSED)
    assert.equal(await keys.count(), 0)
  })
})
