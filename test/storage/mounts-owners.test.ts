// Where callers are told apart, each has a folder of their own in /output, and /uploads is there for all to read.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openMounts } from '../../src/storage/mounts.ts'

let base: string
const at = (path: string) => join(base, path)
const to = (location: string, owner = 'ann') => ({ location, owner })
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'kinora-mounts-'))
  await mkdir(at('in'))
  await writeFile(at('in/both.mp4'), 'in')
})
after(() => rm(base, { recursive: true }))

test('where everybody has a folder of their own, nobody finds or overwrites what another has', async () => {
  const own = openMounts({
    '/uploads': { directory: at('in'), access: 'read-only' },
    '/output': { directory: at('owned'), access: 'per-owner' },
  })
  for (const owner of ['ann', 'bob', '../ann', 'ann/', '', '~ann', 'ann '])
    await own.publish(at('in/both.mp4'), to('mine.mp4', owner))
  assert.equal((await readdir(at('owned'))).length, 7)
  await own.publish(at('in/both.mp4'), to('only-ann.mp4'))
  assert.equal((await own.source('only-ann.mp4', 'ann')).sizeBytes, 2)
  for (const spelled of ['only-ann.mp4', 'file:///output/only-ann.mp4', 'file:///output/ann/only-ann.mp4'])
    await assert.rejects(own.source(spelled, 'bob'), { code: 'source_missing' })
  await assert.rejects(own.source('../ann/only-ann.mp4', 'bob'), { code: 'location_refused' })
  // What lies in /uploads is there for all to read, and for nobody to write.
  assert.equal((await own.source('both.mp4', 'bob')).sizeBytes, 2)
  assert.throws(() => own.destination('file:///uploads/new.mp4'), {
    code: 'location_refused',
    message: /may only be read$/,
  })
})
