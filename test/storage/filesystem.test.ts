// The filesystem storage keeps the contract, and leaves nothing lying about.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
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

async function temporary(parent: string) {
  const directory = await mkdtemp(join(parent, 'kinora-storage-'))
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}
