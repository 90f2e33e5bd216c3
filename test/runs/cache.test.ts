// What was fetched is found again by its digest, never damaged, and never more of it than may be kept.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { openCache, tidyCache } from '../../src/runs/cache.ts'

let directory: string
const at = (name: string) => join(directory, name)
const kept = () => at('cache')
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-cache-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function make(name: string, content: string): Promise<{ file: string; digest: string }> {
  await writeFile(at(name), content)
  return { file: at(name), digest: createHash('sha256').update(content).digest('hex') }
}

test('what is kept is taken as often as it is wanted, also by the next process', async () => {
  const { file, digest } = await make('a', 'bytes')
  await openCache(kept(), 100).keep(digest, file)
  const cache = openCache(kept(), 100)
  for (const name of ['one', 'two']) {
    assert.equal(await cache.take(digest, at(name)), true)
    assert.equal(await readFile(at(name), 'utf8'), 'bytes')
  }
  assert.equal(await cache.take('0'.repeat(64), at('none')), false)
})

test('what an earlier process left half is not taken, and is gone', async () => {
  const { digest } = await make('a', 'whole')
  await tidyCache(kept())
  await writeFile(join(kept(), digest), 'who')
  assert.equal(await openCache(kept(), 100).take(digest, at('b')), false)
  assert.deepEqual(await readdir(kept()), [])
})

test('what was used longest ago goes first, and stays whole for whoever has taken it', async () => {
  const cache = openCache(kept(), 10)
  const [first, second, third] = [await make('1', 'aaaa'), await make('2', 'bbbb'), await make('3', 'cccc')]
  await cache.keep(first.digest, first.file)
  await cache.keep(second.digest, second.file)
  await utimes(join(kept(), first.digest), 1, 1)
  await utimes(join(kept(), second.digest), 2, 2)
  assert.equal(await cache.take(first.digest, at('used')), true)
  assert.equal(await cache.take(second.digest, at('taken')), true)
  await utimes(join(kept(), first.digest), 4, 4)
  await utimes(join(kept(), second.digest), 3, 3)
  await cache.keep(third.digest, third.file)
  assert.deepEqual((await readdir(kept())).sort(), [first.digest, third.digest].sort())
  assert.equal(await cache.take(second.digest, at('again')), false)
  assert.equal(await readFile(at('taken'), 'utf8'), 'bbbb')
})

test('what is larger than everything that may be kept is not kept at all', async () => {
  const { file, digest } = await make('a', 'far too large')
  const cache = openCache(kept(), 5)
  await cache.keep(digest, file)
  assert.equal(await cache.take(digest, at('b')), false)
})
