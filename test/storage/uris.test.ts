// Programs of others read and write objects and files by URI.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openUriStorage, type UriStorage } from '../../src/storage/uris.ts'
import { type S3Server, startS3 } from '../fixtures/s3.ts'

let server: S3Server
let storage: UriStorage
let directory: string
let bucket: string
before(async () => {
  server = await startS3()
  storage = openUriStorage(server.options)
  bucket = await server.createBucket()
  directory = await mkdtemp(join(tmpdir(), 'kinora-uris-'))
})
after(async () => {
  await storage?.close()
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

const ROOTS: readonly (readonly [scheme: string, root: () => string])[] = [
  ['s3', () => `s3://${bucket}/uploads`],
  ['file', () => `${pathToFileURL(directory)}/my%20uploads`],
]
for (const [scheme, root] of ROOTS)
  describe(scheme, () => {
    test('what is put exists, is read back, and is gone when it is deleted', async () => {
      const uri = `${root()}/deep/test.txt`
      assert.equal(await storage.exists(uri), false)
      await assert.rejects(storage.get(uri), { code: 'source_missing' })
      for (const body of ['Hello S3!', Buffer.from('bytes'), Readable.from(['a ', 'stream']), '']) {
        const expected = body instanceof Readable ? 'a stream' : `${body}`
        await storage.put(uri, body)
        assert.equal(await storage.exists(uri), true)
        assert.equal(await text(await storage.get(uri)), expected)
      }
      await storage.delete(uri)
      await storage.delete(uri)
      assert.equal(await storage.exists(uri), false)
    })

    test('a body that breaks off leaves what was there', async () => {
      const uri = `${root()}/kept.txt`
      await storage.put(uri, 'before')
      const broken = Readable.from(
        (async function* () {
          yield 'half'
          throw new Error('cut')
        })(),
      )
      await assert.rejects(storage.put(uri, broken), /cut/)
      assert.equal(await text(await storage.get(uri)), 'before')
    })
  })

test('files are where their URI says, and no leftovers lie beside them', async () => {
  await storage.put(`${pathToFileURL(directory)}/100%25.txt`, 'x')
  assert.equal(await readFile(join(directory, '100%.txt'), 'utf8'), 'x')
  await writeFile(join(directory, 'other'), 'y')
  assert.equal(await storage.exists(`${pathToFileURL(directory)}/other/below`), false)
  assert.deepEqual((await readdir(join(directory, 'my uploads'))).sort(), ['deep', 'kept.txt'])
  assert.equal(await storage.exists(`${pathToFileURL(directory)}/my%20uploads`), false)
})

for (const uri of [
  'http://host/x',
  'x',
  '/etc/passwd',
  'file:x',
  'file://host/x',
  'file:///a/',
  'file:///a%2fb',
  's3://b',
])
  test(`${uri} is refused`, async () => {
    for (const work of [storage.exists(uri), storage.get(uri), storage.put(uri, 'x'), storage.delete(uri)])
      await assert.rejects(work, { code: 'location_refused' })
  })

test('it is what the package exports', async () => {
  const exported: { openUriStorage: unknown } = await import('kinora/storage')
  assert.equal(exported.openUriStorage, openUriStorage)
})
