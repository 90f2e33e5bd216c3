// A data directory has one owner, and what that owner acknowledged survives its sudden death.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { lockDirectory } from '../../src/db/lock.ts'
import { openDatabase } from '../../src/db/open.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'

test('makes a missing directory that nobody else may read', async () => {
  await using place = await temporary()
  const directory = join(place.directory, 'deep', 'data')
  using _lock = lockDirectory(directory)
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
})

test('refuses a second owner in the same process until the first lets go', async () => {
  await using place = await temporary()
  const first = lockDirectory(place.directory)
  assert.throws(() => lockDirectory(place.directory), { code: 'data_directory_in_use' })
  first[Symbol.dispose]()
  lockDirectory(place.directory)[Symbol.dispose]()
})

test('refuses a second process by name and with a remedy, and kill -9 of the first frees it', async () => {
  await using place = await temporary()
  await using owner = start(place.directory, 'lock')
  await owner.lines.next()
  const second = start(place.directory, 'lock')
  await second.ended
  assert.notEqual(second.child.exitCode, 0)
  assert.throws(
    () => lockDirectory(place.directory),
    (error: Error) => {
      assert.ok(error.message.includes(place.directory))
      assert.match(error.message, /stop it first.*KINORA_DATA_DIR/)
      return true
    },
  )
  owner.child.kill('SIGKILL')
  await owner.ended
  lockDirectory(place.directory)[Symbol.dispose]()
})

test('every acknowledged commit is there after kill -9', async () => {
  const { directory } = await placeEmbedded()
  try {
    await using owner = start(directory, 'insert')
    let acknowledged = 0
    for await (const line of owner.lines) {
      acknowledged = Number(line) + 1
      if (acknowledged === 200) owner.child.kill('SIGKILL')
    }
    assert.ok(acknowledged >= 200)
    using _lock = lockDirectory(directory)
    const database = await openDatabase({ directory })
    const rows = await database.kysely.selectFrom('probes').select('key').execute()
    await database.close()
    const kept = new Set(rows.map(row => row.key))
    const lost = Array.from({ length: acknowledged }, (_, number) => `${number}`).filter(key => !kept.has(key))
    assert.deepEqual(lost, [])
  } finally {
    await rm(directory, { recursive: true })
  }
})

function start(directory: string, mode: 'lock' | 'insert') {
  const script = join(import.meta.dirname, '../fixtures/db-owner.ts')
  const child: ChildProcess = spawn(process.execPath, [script, directory, mode], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  return {
    child,
    ended,
    lines,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function temporary() {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-lock-'))
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}
