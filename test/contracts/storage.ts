// storage: every promise of the storage contract, as tests that each storage runs.
import assert from 'node:assert/strict'
import { link, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import type { Storage } from '../../src/storage/contract.ts'

const BAD_KEYS = [
  '',
  '.',
  '..',
  '../x',
  'a/../../x',
  'a/./b',
  '/etc/passwd',
  'a//b',
  'a/',
  '.hidden',
  'a/.hidden',
  'a\\b',
  'a\0b',
  'a\nb',
  'é',
  'a%2fb',
  'x'.repeat(300),
  `${'a/'.repeat(40)}a`,
]

/** `open` answers an empty storage in the directory it is given. */
export function storageContract(name: string, open: (directory: string) => Storage | Promise<Storage>): void {
  describe(name, () => {
    let directory: string
    let storage: Storage
    const file = (path: string) => join(directory, path)
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kinora-storage-'))
      storage = await open(join(directory, 'store'))
    })
    after(() => rm(directory, { recursive: true }))
    const put = (key: string, content: string) => storage.put(key, Readable.from([Buffer.from(content)]))
    const read = async (key: string) => await text(await storage.get(key))

    test('what was put is read back, whole, with its size', async () => {
      const large = Buffer.alloc(3_000_000, 'kinora')
      assert.deepEqual(await storage.put('read/large', Readable.from([large.subarray(0, 10), large.subarray(10)])), {
        sizeBytes: large.length,
      })
      assert.deepEqual(await storage.stat('read/large'), { sizeBytes: large.length })
      assert.equal(await read('read/large'), large.toString())
      await put('read/empty', '')
      assert.equal(await read('read/empty'), '')
    })

    test('a body that breaks off leaves what was there before', async () => {
      await put('broken/key', 'before')
      const broken = Readable.from(
        (async function* () {
          yield Buffer.from('half')
          throw new Error('cut')
        })(),
      )
      await assert.rejects(storage.put('broken/key', broken), /cut/)
      assert.equal(await read('broken/key'), 'before')
      assert.deepEqual(await keys('broken/'), ['broken/key'])
    })

    test('putting again replaces, and a reader that has begun reads the old bytes to the end', async () => {
      await put('again/key', 'old')
      const reader = await storage.get('again/key')
      await put('again/key', 'newer')
      assert.equal(await text(reader), 'old')
      assert.equal(await read('again/key'), 'newer')
    })

    test('two that put the same key at once leave one of the two', async () => {
      const contents = ['a', 'b'].map(letter => letter.repeat(1_000_000))
      await Promise.all(contents.map(content => put('race/key', content)))
      assert.ok(contents.includes(await read('race/key')))
    })

    test('a file that is put is gone from where it was', async () => {
      await writeFile(file('made'), 'made by a tool')
      await storage.putFile('files/made', file('made'))
      assert.equal(await read('files/made'), 'made by a tool')
      await assert.rejects(stat(file('made')), { code: 'ENOENT' })
    })

    test('a file that is a link, or has a second name, or is none, is not taken', async () => {
      await writeFile(file('secret'), 'secret')
      await symlink(file('secret'), file('symlink'))
      await link(file('secret'), file('hardlink'))
      for (const path of ['symlink', 'hardlink', '.'])
        await assert.rejects(storage.putFile('files/no', file(path)), { code: 'output_rejected' })
      await assert.rejects(storage.putFile('files/no', file('absent')), { code: 'ENOENT' })
      assert.equal(await storage.stat('files/no'), undefined)
    })

    test('fetchTo makes a new file of its own, and never writes over one', async () => {
      await put('fetch/key', 'bytes')
      await storage.fetchTo('fetch/key', file('fetched'))
      await writeFile(file('fetched'), 'changed')
      assert.equal(await read('fetch/key'), 'bytes')
      await assert.rejects(storage.fetchTo('fetch/key', file('fetched')), { code: 'EEXIST' })
      await assert.rejects(storage.fetchTo('fetch/none', file('none')), { code: 'object_missing' })
    })

    test('what is not there is missing, has no size, and may be deleted', async () => {
      await put('absent/there', 'x')
      for (const key of ['absent/none', 'absent', 'none/at/all', 'absent/there/below']) {
        await assert.rejects(storage.get(key), { code: 'object_missing' })
        assert.equal(await storage.stat(key), undefined)
        await storage.delete(key)
      }
      await storage.delete('absent/there')
      await storage.delete('absent/there')
      assert.equal(await storage.stat('absent/there'), undefined)
    })

    test('lists the keys that begin with a prefix, and no others', async () => {
      for (const key of ['list/a/1', 'list/a/2', 'list/ab', 'list/b']) await put(key, key)
      assert.deepEqual(await keys('list/a'), ['list/a/1', 'list/a/2', 'list/ab'])
      assert.deepEqual(await keys('list/a/'), ['list/a/1', 'list/a/2'])
      assert.deepEqual(await keys('list/none/'), [])
      assert.ok((await keys('')).includes('list/b'))
    })

    test('a local path, where there is one, leads to the bytes', async () => {
      await put('local/key', 'bytes')
      const path = storage.localPath('local/key')
      if (path) assert.equal(await readFile(path, 'utf8'), 'bytes')
    })

    test('a name that is no key names nothing and cannot be written', async () => {
      await writeFile(file('x'), 'outside')
      for (const key of BAD_KEYS) {
        await assert.rejects(put(key, 'no'), { code: 'request_invalid' }, JSON.stringify(key))
        await assert.rejects(storage.putFile(key, file('x')), { code: 'request_invalid' })
        await assert.rejects(storage.get(key), { code: 'object_missing' })
        await assert.rejects(storage.fetchTo(key, file('y')), { code: 'object_missing' })
        assert.equal(await storage.stat(key), undefined)
        assert.equal(storage.localPath(key), undefined)
        await storage.delete(key)
      }
      for (const prefix of ['../', '/etc/', 'a/../../']) assert.deepEqual(await keys(prefix), [])
      assert.equal(await readFile(file('x'), 'utf8'), 'outside')
    })

    async function keys(prefix: string): Promise<string[]> {
      return (await Array.fromAsync(storage.list(prefix))).sort()
    }
  })
}
