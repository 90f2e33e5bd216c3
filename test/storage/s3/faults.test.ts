// Whatever the network and the server do, a transfer ends whole or not at all, and never hangs.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { openS3, type S3Connection } from '../../../src/storage/s3/client.ts'
import { downloadTo } from '../../../src/storage/s3/download.ts'
import { headObject } from '../../../src/storage/s3/head.ts'
import { openForReading } from '../../../src/storage/s3/read.ts'
import { uploadFrom } from '../../../src/storage/s3/upload.ts'
import { type Asked, type Fault, type FaultyServer, startFaults } from '../../fixtures/faults.ts'
import { type S3Server, startS3 } from '../../fixtures/s3.ts'

let server: S3Server
let bucket: string
let directory: string
let proxy: FaultyServer
let s3: S3Connection
const file = (name: string) => join(directory, name)
const place = (key: string) => ({ bucket, key })
const BYTES = randomBytes(200_000)
const ERROR = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`
const SLOW_DOWN: Fault = { status: 503, body: ERROR('SlowDown'), headers: { 'content-type': 'application/xml' } }
const ERROR_IN_200: Fault = { status: 200, body: ERROR('InternalError') }

const isGet = ({ method, path }: Asked) => method === 'GET' && path.includes('GetObject')
const isBegin = ({ method, path }: Asked) => method === 'POST' && path.includes('?uploads')
const isPart = ({ method, path }: Asked) => method === 'PUT' && path.includes('partNumber')
const isWhole = ({ method, path }: Asked) => method === 'PUT' && !path.includes('partNumber')
const isComplete = ({ method, path }: Asked) => method === 'POST' && path.includes('uploadId')

before(async () => {
  server = await startS3()
  bucket = await server.createBucket()
  directory = await mkdtemp(join(tmpdir(), 'kinora-faults-'))
  await writeFile(file('source'), BYTES)
  await writeFile(file('small'), 'small')
  await server.client.putObject({ Bucket: bucket, Key: 'there', Body: BYTES })
})
beforeEach(async () => {
  proxy = await startFaults(server.endpoint)
  s3 = impatient(20_000)
})
afterEach(async () => {
  await s3.close()
  await proxy.stop()
})
function impatient(idleMs: number): S3Connection {
  return openS3({ ...server.options, endpoint: proxy.endpoint, idleMs })
}
// Long enough for a server on a busy machine that means to answer.
const patience = (fault: Fault) => ('silent' in fault || 'hangAfterBytes' in fault ? 1500 : 20_000)

after(async () => {
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

const READING: readonly (readonly [what: string, fault: Fault, times: number])[] = [
  ['cuts the body', { cutAfterBytes: 10_000 }, 6],
  ['cuts it before the first byte', { cutAfterBytes: 0 }, 3],
  ['ends it too early', { endAfterBytes: 10_000 }, 3],
  ['hangs in the middle of the body', { hangAfterBytes: 10_000 }, 1],
  ['says nothing at all', { silent: true }, 1],
  ['answers 503 SlowDown', SLOW_DOWN, 3],
  ['answers 500', { status: 500, body: ERROR('InternalError') }, 2],
]
for (const [what, fault, times] of READING)
  test(`reading goes on when the server ${what}`, async () => {
    s3 = impatient(patience(fault))
    proxy.add(isGet, fault, times)
    await downloadTo(s3, place('there'), file('read'))
    assert.deepEqual(await readFile(file('read')), BYTES)
    await rm(file('read'))
    proxy.add(isGet, fault)
    assert.deepEqual(await buffer(await openForReading(s3, place('there'))), BYTES)
    assert.ok(proxy.asked.filter(isGet).length >= 5 + times, 'the faults have happened')
  })

const HOPELESS: readonly (readonly [what: string, fault: Fault])[] = [
  ['keeps cutting before the first byte', { cutAfterBytes: 0 }],
  ['keeps saying nothing', { silent: true }],
  ['keeps answering 500', { status: 500, body: '' }],
  ['answers with another range', { replaceHeaders: { 'content-range': 'bytes 0-9/10' } }],
]
for (const [what, fault] of HOPELESS)
  test(`reading ends when the server ${what}, and leaves no file`, async () => {
    s3 = impatient(400)
    proxy.add(isGet, fault, Number.POSITIVE_INFINITY)
    await assert.rejects(downloadTo(s3, place('there'), file('hopeless')), { code: 'unavailable' })
    assert.ok(!(await readdir(directory)).includes('hopeless'))
  })

const WRITING: readonly (readonly [what: string, matches: (asked: Asked) => boolean, fault: Fault])[] = [
  ['the upload cannot be begun', isBegin, SLOW_DOWN],
  ['parts are answered with 503 SlowDown', isPart, SLOW_DOWN],
  ['answers to parts are lost', isPart, { loseAnswer: true }],
  ['parts are never answered', isPart, { silent: true }],
  ['the end is answered with an error inside a 200', isComplete, ERROR_IN_200],
  ['the end is answered with 503', isComplete, SLOW_DOWN],
  ['the answer to the end is lost', isComplete, { loseAnswer: true }],
  ['the whole is answered with 503', isWhole, SLOW_DOWN],
  ['the answer to the whole is lost', isWhole, { loseAnswer: true }],
]
for (const [what, matches, fault] of WRITING)
  test(`writing succeeds when at first ${what}`, async () => {
    s3 = impatient(patience(fault))
    proxy.add(matches, fault, 2)
    const isSmall = matches === isWhole
    const sent = await uploadFrom(s3, file(isSmall ? 'small' : 'source'), place('written'))
    assert.ok(proxy.asked.filter(matches).length >= 2, 'the fault has happened')
    const bytes = isSmall ? Buffer.from('small') : BYTES
    assert.equal(sent.sizeBytes, bytes.length)
    const { Body } = await server.client.getObject({ Bucket: bucket, Key: 'written' })
    assert.deepEqual(Buffer.from((await Body?.transformToByteArray()) ?? []), bytes)
  })

test('an upload that has become the object, though the answer was lost and asking again finds none, succeeds', async () => {
  proxy.add(isComplete, { loseAnswer: true })
  proxy.add(isComplete, { status: 404, body: ERROR('NoSuchUpload') })
  const { sizeBytes } = await uploadFrom(s3, file('source'), place('finished'))
  assert.equal((await headObject(s3, place('finished'))).sizeBytes, sizeBytes)
  proxy.add(isComplete, { status: 404, body: ERROR('NoSuchUpload') })
  await assert.rejects(uploadFrom(s3, file('source'), place('finished')), { code: 'unavailable' })
})

const LOST: readonly (readonly [what: string, matches: (asked: Asked) => boolean, fault: Fault])[] = [
  ['parts keep failing', isPart, { status: 500, body: ERROR('InternalError') }],
  ['parts get an ETag that is not their digest', isPart, { replaceHeaders: { etag: `"${'0'.repeat(32)}"` } }],
  ['the end is always an error inside a 200', isComplete, ERROR_IN_200],
  ['the whole gets an ETag that is not its digest', isWhole, { replaceHeaders: { etag: `"${'0'.repeat(32)}"` } }],
]
for (const [what, matches, fault] of LOST)
  test(`writing fails and leaves no parts when ${what}`, async () => {
    proxy.add(matches, fault, Number.POSITIVE_INFINITY)
    const name = matches === isWhole ? 'small' : 'source'
    await assert.rejects(uploadFrom(s3, file(name), place('lost')), { code: 'unavailable' })
    assert.deepEqual((await server.client.listMultipartUploads({ Bucket: bucket })).Uploads ?? [], [])
    if (matches !== isWhole) await assert.rejects(headObject(s3, place('lost')), { code: 'source_missing' })
  })

test('what is stored shorter than it was sent is not accepted', async () => {
  proxy.add(({ method }) => method === 'HEAD', { replaceHeaders: { 'content-length': '3' } }, 2)
  const says = { code: 'unavailable', message: /did not store what was sent/ } as const
  await assert.rejects(uploadFrom(s3, file('source'), place('short')), says)
  // An ETag that is no digest proves nothing, so the server is asked how much it has.
  proxy.add(isWhole, { replaceHeaders: { etag: '"made-up"' } })
  await assert.rejects(uploadFrom(s3, file('small'), place('short')), says)
})

test('a server that is not there is unavailable', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => closed.once('listening', resolve))
  const { port } = closed.address() as { port: number }
  await new Promise(resolve => closed.close(resolve))
  const nowhere = openS3({ ...server.options, endpoint: `http://127.0.0.1:${port}` })
  await assert.rejects(headObject(nowhere, place('there')), { code: 'unavailable' })
  await nowhere.close()
})
