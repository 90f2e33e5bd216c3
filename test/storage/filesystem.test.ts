// The filesystem storage keeps the contract, and leaves nothing lying about.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { filesystemStorage } from '../../src/storage/filesystem.ts'
import { storageContract } from '../contracts/storage.ts'

storageContract('filesystem', filesystemStorage)

test('a body that breaks off leaves no half of it on the disk', async () => {
  await using place = await temporary(tmpdir())
  const storage = filesystemStorage(place.directory)
  const broken = new Readable({
    read() {
      this.destroy(new Error('cut'))
    },
  })
  await assert.rejects(storage.put('a/b', broken), /cut/)
  const left = await readdir(place.directory, { recursive: true, withFileTypes: true })
  assert.deepEqual(
    left.filter(entry => entry.isFile()),
    [],
  )
})

test('a file from another device is copied, and then gone from where it was', async () => {
  await using place = await temporary(tmpdir())
  await using other = await temporary('/dev/shm')
  const storage = filesystemStorage(place.directory)
  await writeFile(join(other.directory, 'made'), 'made')
  await storage.putFile('a/b', join(other.directory, 'made'))
  assert.deepEqual(await storage.stat('a/b'), { sizeBytes: 4 })
  assert.deepEqual(await readdir(other.directory), [])
  assert.deepEqual(await readdir(join(place.directory, '.incoming')), [])
})

test('what was begun and never finished is told once it is old, and can be taken away', async () => {
  await using place = await temporary(tmpdir())
  const root = place.directory
  const storage = filesystemStorage(root)
  const leftovers = (before: Date) => Array.fromAsync(storage.leftovers?.('', before) ?? [])
  assert.deepEqual(await leftovers(new Date(Date.now() + 60_000)), [])
  await mkdir(join(root, '.incoming'))
  await writeFile(join(root, '.incoming', 'half'), 'ha')
  assert.deepEqual(await leftovers(new Date(Date.now() - 60_000)), [])
  const [left] = await leftovers(new Date(Date.now() + 60_000))
  assert.equal(left?.name, '.incoming/half')
  await left?.remove()
  await left?.remove()
  assert.deepEqual(await readdir(join(root, '.incoming')), [])
})

async function temporary(parent: string) {
  const directory = await mkdtemp(join(parent, 'kinora-storage-'))
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}
