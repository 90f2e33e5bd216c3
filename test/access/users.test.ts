// users: people on both engines.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verify } from '@node-rs/argon2'
import { openKeys } from '../../src/access/keys.ts'
import { openUsers } from '../../src/access/users.ts'
import { forEachDatabase } from '../fixtures/databases.ts'

const ANN = { email: 'Ann@Example.COM', password: 'correct horse', role: 'user' } as const

forEachDatabase((_engine, open) => {
  test('a password is kept only as an argon2id hash', async () => {
    const db = await open()
    const user = await openUsers(db).create(ANN)
    const row = await db.kysely.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow()
    assert.match(row.password_hash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.ok(!JSON.stringify(row).includes(ANN.password))
    assert.ok(await verify(row.password_hash ?? '', ANN.password))
  })

  test('an email is one user, however it is written', async () => {
    const users = openUsers(await open())
    assert.equal((await users.create(ANN)).email, 'ann@example.com')
    await assert.rejects(users.create({ ...ANN, email: 'ann@example.com' }), { code: 'user_exists' })
    assert.ok((await users.disable('ANN@example.com')).disabledAt)
    assert.equal((await users.list()).length, 1)
  })

  test('somebody who is disabled is known to be', async () => {
    const users = openUsers(await open())
    const { id } = await users.create(ANN)
    assert.equal(await users.isDisabled(id), false)
    await users.disable(ANN.email)
    assert.equal(await users.isDisabled(id), true)
    assert.equal(await users.isDisabled('user123'), false)
    await assert.rejects(users.disable('bob@example.com'), { code: 'user_not_found' })
  })

  test('a deleted user is forgotten, keys and all, and stays shut out', async () => {
    const db = await open()
    const users = openUsers(db)
    const { id } = await users.create(ANN)
    await openKeys(db).generate({ userId: id, name: 'a', role: 'user' })
    assert.equal((await users.remove(ANN.email)).email, 'ann@example.com')
    assert.deepEqual([await users.list(), await users.count(), await users.isDisabled(id)], [[], 0, true])
    assert.equal((await openKeys(db).list({ limit: 1, offset: 0 })).total, 0)
    const kept = await db.kysely.selectFrom('users').selectAll().execute()
    assert.ok(!/ann|argon/.test(JSON.stringify(kept)))
    await assert.rejects(users.remove(ANN.email), { code: 'user_not_found' })
    assert.notEqual((await users.create(ANN)).id, id)
  })
})
