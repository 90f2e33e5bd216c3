// secret: made once, kept where every process finds it, and readable by nobody else.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSecret } from '../../src/access/secret.ts'
import { forEachDatabase } from '../fixtures/databases.ts'

const EMBEDDED = { engine: 'pglite' } as Parameters<typeof openSecret>[0]['db']

test('is made in the data directory, once, for nobody else to read', async t => {
  const directory = join(temporary(t), 'data')
  const open = () => openSecret({ db: EMBEDDED, directory, given: undefined })
  const secrets = await Promise.all([open(), open(), open()])
  for (const secret of secrets) assert.deepEqual(secret, secrets[0])
  assert.deepEqual(await open(), secrets[0])
  assert.ok((secrets[0]?.length ?? 0) >= 32)
  assert.deepEqual(readdirSync(directory), ['jwt-secret'])
  assert.equal(statSync(join(directory, 'jwt-secret')).mode & 0o777, 0o600)
})

test('is no other in another directory, and what is given goes before it', async t => {
  const [one, two] = [temporary(t), temporary(t)]
  const open = (directory: string, given?: string) => openSecret({ db: EMBEDDED, directory, given })
  assert.notDeepEqual(await open(one), await open(two))
  const given = 'x'.repeat(32)
  assert.equal(new TextDecoder().decode(await open(one, given)), given)
  assert.notEqual(readFileSync(join(one, 'jwt-secret'), 'utf8').trim(), given)
})

test('what is too short to be a secret is not used', async t => {
  const directory = temporary(t)
  writeFileSync(join(directory, 'jwt-secret'), 'short')
  await assert.rejects(openSecret({ db: EMBEDDED, directory, given: undefined }), {
    code: 'config_invalid',
    message: /jwt-secret is damaged: delete it/,
  })
})

forEachDatabase((engine, open) => {
  test(`is kept ${engine === 'postgres' ? 'in the database, for every host' : 'beside the database'}`, async t => {
    const db = await open()
    const [one, two] = [temporary(t), temporary(t)]
    const secrets = await Promise.all([one, two].map(directory => openSecret({ db, directory, given: undefined })))
    const shared = engine === 'postgres'
    assert.equal(Buffer.compare(secrets[0] ?? Buffer.of(), secrets[1] ?? Buffer.of()) === 0, shared)
    assert.deepEqual(readdirSync(one), shared ? [] : ['jwt-secret'])
  })
})

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-secret-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}
