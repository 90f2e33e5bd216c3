// Objects go to and from a real server whole, in parts, and never half.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openS3, type S3Connection } from '../../../src/storage/s3/client.ts'
import { deleteObject } from '../../../src/storage/s3/delete.ts'
import { downloadTo } from '../../../src/storage/s3/download.ts'
import { headObject } from '../../../src/storage/s3/head.ts'
import { abortUpload } from '../../../src/storage/s3/multipart.ts'
import type { S3Place } from '../../../src/storage/s3/place.ts'
import { incompleteUploads } from '../../../src/storage/s3/sweep.ts'
import { uploadFrom, uploadStream } from '../../../src/storage/s3/upload.ts'
import { ACCESS_KEY, type S3Server, startS3 } from '../../fixtures/s3.ts'

let server: S3Server
let s3: S3Connection
let bucket: string
let directory: string
const file = (name: string) => join(directory, name)
const place = (key: string): S3Place => ({ bucket, key })
// Three parts and a bit.
const BYTES = randomBytes(200_000)
const SHA256 = createHash('sha256').update(BYTES).digest('hex')

before(async () => {
  server = await startS3()
  s3 = openS3(server.options)
  bucket = await server.createBucket()
  directory = await mkdtemp(join(tmpdir(), 'kinora-transfer-'))
  await writeFile(file('source'), BYTES)
})
after(async () => {
  await s3?.close()
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

async function pending(): Promise<string[]> {
  const { Uploads } = await server.client.listMultipartUploads({ Bucket: bucket })
  return (Uploads ?? []).map(({ Key }) => Key ?? '')
}

test('a file goes up in parts and comes back in ranges, byte for byte', async () => {
  const target = place('ü folder/clip #1?+%2f.mp4')
  const sent = await uploadFrom(s3, file('source'), target, { metadata: { job: 'job_1' } })
  assert.deepEqual(sent, { sizeBytes: BYTES.length, sha256: SHA256 })
  const told = await server.client.headObject({ Bucket: target.bucket, Key: target.key })
  assert.match(told.ETag ?? '', /-4"$/)
  assert.equal(told.ContentType, 'video/mp4')
  assert.equal(told.Metadata?.['job'], 'job_1')
  const progress: number[] = []
  const found = await downloadTo(s3, target, file('back'), { onProgress: ({ doneBytes }) => progress.push(doneBytes) })
  assert.deepEqual(await readFile(file('back')), BYTES)
  assert.equal(found.sizeBytes, BYTES.length)
  assert.equal(progress.at(-1), BYTES.length)
  assert.deepEqual(await pending(), [])
})

for (const sizeBytes of [0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 128 << 10])
  test(`${sizeBytes} bytes go up and come back`, async () => {
    const bytes = BYTES.subarray(0, sizeBytes)
    await writeFile(file('sized'), bytes)
    const { sha256 } = await uploadFrom(s3, file('sized'), place('sized'))
    assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'))
    await downloadTo(s3, place('sized'), file(`sized-${sizeBytes}`))
    assert.deepEqual(await readFile(file(`sized-${sizeBytes}`)), bytes)
    const { sizeBytes: streamed } = await uploadStream(s3, pieces(bytes, 1000), place('streamed'))
    assert.equal(streamed, sizeBytes)
    assert.equal((await headObject(s3, place('streamed'))).sizeBytes, sizeBytes)
  })

for (const [what, name] of [
  ['one request', 'small'],
  ['parts', 'source'],
] as const)
  test(`what is not approved never appears: ${what}`, async () => {
    await writeFile(file('small'), 'small')
    await uploadStream(s3, pieces(Buffer.from('before'), 6), place('unapproved'))
    const refused = uploadFrom(s3, file(name), place('unapproved'), {
      approve: async ({ sizeBytes, sha256 }) => {
        const bytes = await readFile(file(name))
        assert.equal(sizeBytes, bytes.length)
        assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'))
        assert.equal((await headObject(s3, place('unapproved'))).sizeBytes, 6, 'the old one is still there')
        throw new Error('cancelled in the meantime')
      },
    })
    await assert.rejects(refused, /cancelled in the meantime/)
    assert.equal((await headObject(s3, place('unapproved'))).sizeBytes, 6)
    assert.deepEqual(await pending(), [])
  })

test('an upload that is called off, or whose source breaks, leaves no parts', async () => {
  const long = Buffer.concat([BYTES, BYTES, BYTES, BYTES])
  const stop = new AbortController()
  const stopping = uploadStream(
    s3,
    pieces(long, 1000, () => stop.abort(new Error('stop'))),
    place('stopped'),
    {
      signal: stop.signal,
    },
  )
  await assert.rejects(stopping, /^Error: stop$/)
  const breaking = uploadStream(
    s3,
    pieces(long, 1000, () => {
      throw new Error('broken')
    }),
    place('broken'),
  )
  await assert.rejects(breaking, /^Error: broken$/)
  assert.deepEqual(await pending(), [])
  for (const key of ['stopped', 'broken']) await assert.rejects(headObject(s3, place(key)), { code: 'source_missing' })
})

test('a symlink is not followed on the way up', async () => {
  await symlink('source', file('link'))
  await assert.rejects(uploadFrom(s3, file('link'), place('link')), { code: 'ELOOP' })
})

test('an object that was replaced since it was looked at has changed', async () => {
  await uploadFrom(s3, file('source'), place('replaced'))
  const { fingerprint } = await headObject(s3, place('replaced'))
  await downloadTo(s3, place('replaced'), file('same'), { fingerprint })
  await uploadStream(s3, pieces(Buffer.alloc(BYTES.length), 5000), place('replaced'))
  await assert.rejects(downloadTo(s3, place('replaced'), file('other'), { fingerprint }), { code: 'source_changed' })
  assert.ok(!(await readdir(directory)).includes('other'))
})

test('an object that is replaced while it is read has changed, and leaves no file', async () => {
  await writeFile(file('long'), Buffer.concat(Array.from({ length: 12 }, () => BYTES)))
  await uploadFrom(s3, file('long'), place('moving'))
  let replacing: Promise<unknown> | undefined
  const found = await headObject(s3, place('moving'))
  const late = Promise.withResolvers<void>()
  const slow: S3Connection = {
    ...s3,
    async call(where, send, signal) {
      const answer = await s3.call(where, send, signal)
      // The first answer is the look at the object: then it is replaced before a single byte is asked for.
      replacing ??= uploadStream(s3, pieces(BYTES, 5000), place('moving')).then(() => late.resolve())
      await late.promise
      return answer
    },
  }
  await assert.rejects(downloadTo(slow, place('moving'), file('moved'), { fingerprint: found.fingerprint }), {
    code: 'source_changed',
  })
  await replacing
  assert.ok(!(await readdir(directory)).includes('moved'))
})

test('a download does not touch a file that is there, and one that is called off leaves none', async () => {
  await uploadFrom(s3, file('source'), place('careful'))
  await assert.rejects(downloadTo(s3, place('careful'), file('source')), { code: 'EEXIST' })
  assert.deepEqual(await readFile(file('source')), BYTES)
  const stop = new AbortController()
  const stopped = downloadTo(s3, place('careful'), file('stopped'), {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('stop')),
  })
  await assert.rejects(stopped, /^Error: stop$/)
  assert.ok(!(await readdir(directory)).includes('stopped'))
})

test('a missing object, a missing bucket, wrong credentials and none are told apart', async () => {
  const credentials = (secretAccessKey: string, accessKeyId = ACCESS_KEY) =>
    openS3({ ...server.options, credentials: { accessKeyId, secretAccessKey } })
  const nobody = openS3({
    ...server.options,
    credentials: async () => {
      throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' })
    },
  })
  const cases: [S3Connection, S3Place, string, RegExp][] = [
    [s3, place('none'), 'source_missing', /"s3:\/\/bucket-[^"]*\/none": there is no such object/],
    [s3, { bucket: 'no-such-bucket', key: 'a' }, 'location_refused', /there is no such bucket/],
    [credentials('wrong'), place('sized'), 'location_refused', /does not accept the server's credentials/],
    [credentials('testing', 'test:nobody'), place('sized'), 'location_refused', /does not accept/],
    [credentials('stranger', 'test:stranger'), place('sized'), 'location_refused', /may not do this/],
    [nobody, place('sized'), 'location_refused', /has no S3 credentials; set AWS_ACCESS_KEY_ID/],
  ]
  for (const [who, what, code, message] of cases) {
    await assert.rejects(headObject(who, what), { code, message })
    await assert.rejects(downloadTo(who, what, file('none')), { code, message })
    if (code === 'location_refused') await assert.rejects(uploadFrom(who, file('source'), what), { code, message })
    await who.close()
  }
})

test('deleting takes an object in parts away with its parts, and again is fine', async () => {
  await uploadFrom(s3, file('source'), place('gone'))
  await deleteObject(s3, place('gone'))
  await deleteObject(s3, place('gone'))
  await assert.rejects(headObject(s3, place('gone')), { code: 'source_missing' })
})

test('sweeping aborts old unfinished uploads below its root, and no others', async () => {
  for (const key of ['swept/a', 'swept/b', 'kept/c']) {
    const { UploadId } = await server.client.createMultipartUpload({ Bucket: bucket, Key: key })
    await server.client.uploadPart({ Bucket: bucket, Key: key, UploadId, PartNumber: 1, Body: 'part' })
  }
  const root = { bucket, key: 'swept/' }
  const sweep = async (before: Date) => {
    const found = await Array.fromAsync(incompleteUploads(s3, root, before))
    for (const upload of found) await upload.abort()
    return found.length
  }
  assert.equal(await sweep(new Date(Date.now() - 3_600_000)), 0)
  assert.equal(await sweep(new Date(Date.now() + 3_600_000)), 2)
  assert.deepEqual(await pending(), ['kept/c'])
  const { Uploads } = await server.client.listMultipartUploads({ Bucket: bucket })
  await abortUpload(s3, { place: place('kept/c'), id: Uploads?.[0]?.UploadId ?? '' })
  assert.deepEqual(await pending(), [])
})

/** Yields the bytes in pieces; `atTheEnd` runs when three quarters are out. */
async function* pieces(bytes: Buffer, pieceBytes: number, atTheEnd: () => void = () => {}): AsyncGenerator<Buffer> {
  let done = false
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (!done && at > bytes.length * 0.75) {
      done = true
      atTheEnd()
    }
    yield bytes.subarray(at, at + pieceBytes)
  }
}
