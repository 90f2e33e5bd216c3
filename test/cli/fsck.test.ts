// fsck.test: `kinora fsck` as somebody types it: alone, beside a running process, and on a shared database.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fsck } from '../../src/cli/fsck.ts'
import { startPostgres } from '../fixtures/postgres.ts'
import { startServer } from '../fixtures/server.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-fsck-'))
})
after(() => rm(directory, { recursive: true, force: true }))

test('a wrong word is a mistake of the caller, and told with what would be right', async () => {
  const { code, err } = await type('--mendd')
  assert.equal(code, 2)
  assert.match(err, /--mendd[\s\S]*kinora fsck \[--mend\]/)
  assert.equal((await type('now')).code, 2)
  assert.equal((await type('--help')).code, 0)
})

test('nothing is wrong with a new house, and what is wrong with an old one is told, and mended when asked', async () => {
  const clean = await type('--json')
  assert.deepEqual([clean.code, JSON.parse(clean.out).findings], [0, []])
  await leaveObject()
  const found = await type()
  assert.equal(found.code, 1)
  assert.match(found.out, /wrong +artifacts\/ab\/ab.*no artifact/)
  assert.doesNotMatch(found.out, new RegExp(directory))
  assert.equal((await type('--mend')).code, 0)
  assert.equal((await type()).code, 0)
})

test('beside a running process, which is asked', async () => {
  await using server = await startServer('serve', directory, { KINORA_DATA_DIR: directory })
  assert.ok(server.pid > 0)
  await mkdir(join(directory, 'objects', 'artifacts'), { recursive: true })
  await writeFile(join(directory, 'objects', 'artifacts', 'stray.txt'), 'mine')
  const { code, out } = await type('--mend', '--json')
  assert.equal(code, 1)
  const { findings, left } = JSON.parse(out)
  assert.deepEqual([left, findings[0].where, findings[0].mended], [1, 'artifacts/stray.txt', false])
  assert.ok((await readdir(join(directory, 'objects', 'artifacts'))).includes('stray.txt'))
})

test('on a shared database, which needs nobody to be asked', async () => {
  const cluster = await startPostgres()
  try {
    const shared = { KINORA_DATABASE_URL: await cluster.createDatabase() }
    await rm(join(directory, 'objects'), { recursive: true, force: true })
    await leaveObject()
    assert.equal((await typeWith(shared, '--deep')).code, 1)
    assert.deepEqual(
      [(await typeWith(shared, '--deep', '--mend')).code, (await typeWith(shared, '--deep')).code],
      [0, 0],
    )
  } finally {
    await cluster.stop()
  }
})

async function leaveObject(): Promise<void> {
  const digest = 'ab'.repeat(32)
  await mkdir(join(directory, 'objects', 'artifacts', 'ab'), { recursive: true })
  await writeFile(join(directory, 'objects', 'artifacts', 'ab', digest), 'lost')
}

async function type(...words: string[]) {
  return await typeWith({}, ...words)
}

async function typeWith(settings: Record<string, string>, ...words: string[]) {
  const said = { out: '', err: '' }
  const code = await fsck(words, {
    env: { KINORA_DATA_DIR: directory, ...settings },
    out(text) {
      said.out += text
    },
    err(text) {
      said.err += text
    },
  })
  return { code, ...said }
}
