// A digest is that of the bytes, and can be called off.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { digestFile } from '../../src/storage/digest.ts'

test('digests a file of several chunks, and stops when it is told to', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-digest-'))
  const path = join(directory, 'large')
  const bytes = Buffer.alloc(3_500_000, 'kinora')
  await writeFile(path, bytes)
  assert.equal(await digestFile(path), createHash('sha256').update(bytes).digest('hex'))
  await assert.rejects(digestFile(path, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  await rm(directory, { recursive: true })
})
