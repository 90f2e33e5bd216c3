// Parts are few enough for the server, and together they are the whole.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentTypeOf } from '../../../src/storage/s3/content-type.ts'
import { cutIntoParts, partBytesFor } from '../../../src/storage/s3/parts.ts'

const MIB = 1 << 20

test('parts grow with the file, so that 1,000 do while that is little memory, and 10,000 always do', () => {
  assert.equal(partBytesFor(0, 8 * MIB), 8 * MIB)
  assert.equal(partBytesFor(5_000_000_000, 8 * MIB), 8 * MIB)
  assert.equal(partBytesFor(20_000 * MIB, 8 * MIB), 20 * MIB)
  assert.equal(partBytesFor(300_000 * MIB, 8 * MIB), 64 * MIB)
  for (const sizeBytes of [1, 50e9, 640e9, 5 * 2 ** 40])
    assert.ok(Math.ceil(sizeBytes / partBytesFor(sizeBytes, 8 * MIB)) <= 10_000, `${sizeBytes}`)
})

test('however the bytes come, all parts but the last are full, and the sum is that of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 30 })),
      fc.integer({ min: 1, max: 40 }),
      async (chunks, size) => {
        const { parts, sum } = cutIntoParts(fromChunks(chunks), size)
        const cut = await Array.fromAsync(parts)
        const whole = Buffer.concat(chunks)
        assert.deepEqual(Buffer.concat(cut.map(({ body }) => body)), whole)
        assert.deepEqual(sum(), { sizeBytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') })
        assert.equal(cut.length, Math.max(1, Math.ceil(whole.length / size)))
        assert.ok(cut.slice(0, -1).every(({ body }) => body.length === size))
        assert.deepEqual(
          cut.map(({ number, md5 }) => [number, md5.toString('hex')]),
          cut.map(({ body }, index) => [index + 1, createHash('md5').update(body).digest('hex')]),
        )
      },
    ),
  )
})

test('a type is known by the ending', () => {
  assert.equal(contentTypeOf('a/b.MP4'), 'video/mp4')
  assert.equal(contentTypeOf('artifacts/3f/3f9a'), 'application/octet-stream')
  assert.equal(contentTypeOf('a.constructor'), 'application/octet-stream')
})

async function* fromChunks(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
