// workable: what stands in the way of work is told in time, and looked for no more often than it may change.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openWorkable } from '../../src/app/workable.ts'
import type { Storage } from '../../src/storage/contract.ts'
import { filesystemStorage } from '../../src/storage/filesystem.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { until } from '../fixtures/children.ts'

const TIMES = { patienceMs: 60_000, freshMs: 0 }

test('nothing is left behind where all is well', async t => {
  const { scratch, objects } = await places(t)
  await openWorkable({ storage: filesystemStorage(objects), scratch }, TIMES)()
  const files = (await readdir(objects, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  assert.deepEqual([await readdir(scratch), files], [[], []])
})

test('a place to work in that is gone is told', async t => {
  const { scratch } = await places(t)
  await rm(scratch, { recursive: true })
  await assert.rejects(openWorkable({ storage: memoryStorage(), scratch }, TIMES)(), {
    code: 'unavailable',
    message: 'There is no place to work in',
  })
})

test('a directory for objects that cannot be written to is told', async t => {
  const { scratch, objects } = await places(t)
  await writeFile(join(objects, '.incoming'), 'in the way')
  await assert.rejects(openWorkable({ storage: filesystemStorage(objects), scratch }, TIMES)(), {
    code: 'unavailable',
    message: 'The storage cannot be used',
  })
})

test('a storage that says nothing is not waited for, nor asked again before it has answered', async t => {
  const { scratch } = await places(t)
  let asked = 0
  const silence = Promise.withResolvers<undefined>()
  const storage: Storage = {
    ...memoryStorage(),
    stat() {
      asked++
      return silence.promise
    },
  }
  const assertWorkable = openWorkable({ storage, scratch }, { patienceMs: 20, freshMs: 60_000 })
  const refusal = { code: 'unavailable', message: 'The storage does not answer' }
  await Promise.all([1, 2, 3].map(() => assert.rejects(assertWorkable(), refusal)))
  await assert.rejects(assertWorkable(), refusal)
  silence.resolve(undefined)
  await assertWorkable()
  await assertWorkable()
  assert.equal(asked, 1)
})

test('what was wrong is looked at again after a while', async t => {
  const { scratch } = await places(t)
  await rm(scratch, { recursive: true })
  const assertWorkable = openWorkable({ storage: memoryStorage(), scratch }, TIMES)
  await assert.rejects(assertWorkable())
  await mkdir(scratch)
  const isWorkable = () =>
    assertWorkable().then(
      () => true,
      () => false,
    )
  await until(isWorkable)
})

async function places(t: TestContext): Promise<{ scratch: string; objects: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-workable-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const [scratch, objects] = [join(directory, 'scratch'), join(directory, 'objects')]
  await mkdir(scratch)
  await mkdir(objects)
  return { scratch, objects }
}
