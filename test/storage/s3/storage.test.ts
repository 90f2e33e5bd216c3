// The S3 storage keeps the contract on a real server, and is chosen by its URL.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { openStorage } from '../../../src/storage/index.ts'
import { openS3, type S3Connection } from '../../../src/storage/s3/client.ts'
import { parseS3Root } from '../../../src/storage/s3/place.ts'
import { s3Storage } from '../../../src/storage/s3/storage.ts'
import { storageContract } from '../../contracts/storage.ts'
import { type S3Server, startS3 } from '../../fixtures/s3.ts'

let server: S3Server
let s3: S3Connection
before(async () => {
  server = await startS3()
  s3 = openS3(server.options)
})
after(async () => {
  await s3?.close()
  await server?.stop()
})

storageContract('s3', async () => s3Storage(s3, parseS3Root(`s3://${await server.createBucket()}/below/here`)))

test('what lies beside the prefix is neither listed nor touched, and lists have pages', async () => {
  const bucket = await server.createBucket()
  const storage = s3Storage(s3, parseS3Root(`s3://${bucket}/own`))
  const others = ['own-not/a', 'a', 'own/.hidden']
  for (const Key of others) await server.client.putObject({ Bucket: bucket, Key, Body: 'x' })
  // This server's pages have ten keys.
  const names = Array.from({ length: 25 }, (_, index) => `many/${String(index).padStart(2, '0')}`)
  for (const name of names) await server.client.putObject({ Bucket: bucket, Key: `own/${name}`, Body: 'x' })
  assert.deepEqual((await Array.fromAsync(storage.list(''))).sort(), names)
  await storage.delete('a')
  assert.equal((await server.client.headObject({ Bucket: bucket, Key: 'a' })).ContentLength, 1)
})

test('an upload that was begun and never finished is a leftover, until it is taken away', async () => {
  const bucket = await server.createBucket()
  const storage = s3Storage(s3, parseS3Root(`s3://${bucket}/own`))
  for (const Key of ['own/in/a', 'own/out/b']) await server.client.createMultipartUpload({ Bucket: bucket, Key })
  const later = new Date(Date.now() + 3_600_000)
  const found = await Array.fromAsync(storage.leftovers?.('in/', later) ?? [])
  assert.deepEqual(
    found.map(({ name }) => name),
    ['in/a'],
  )
  await found[0]?.remove()
  await found[0]?.remove()
  assert.deepEqual(await Array.fromAsync(storage.leftovers?.('in/', later) ?? []), [])
  assert.deepEqual(await Array.fromAsync(storage.leftovers?.('', new Date(Date.now() - 3_600_000)) ?? []), [])
})

test('a storage whose bucket is missing, or whose credentials are wrong, says what to check and names no bucket', async () => {
  const missing = s3Storage(s3, parseS3Root('s3://there-is-no-such-bucket/x'))
  const says = { code: 'unavailable', message: /^The S3 storage cannot be used: check KINORA_STORAGE_URL/ }
  await assert.rejects(missing.put('a', Readable.from(['x'])), says)
  await assert.rejects(missing.stat('a'), says)
  await assert.rejects(Array.fromAsync(missing.list('')), says)
  const stranger = openS3({ ...server.options, credentials: { accessKeyId: 'test:tester', secretAccessKey: 'wrong' } })
  await assert.rejects(s3Storage(stranger, parseS3Root(`s3://${await server.createBucket()}`)).get('a'), says)
  await stranger.close()
})

test('a URL opens it with what the environment says, whatever the endpoint', async () => {
  const bucket = await server.createBucket()
  const before = { ...process.env }
  Object.assign(process.env, server.environment)
  try {
    const storage = openStorage(`s3://${bucket}/prefix`)
    await storage.put('a/b', Readable.from(['from the environment']))
    assert.equal(await text(await storage.get('a/b')), 'from the environment')
    assert.equal((await server.client.headObject({ Bucket: bucket, Key: 'prefix/a/b' })).ContentLength, 20)
  } finally {
    process.env = before
  }
})

test('who uses no S3 does not load it', async () => {
  const program = `
    import { createRequire } from 'node:module'
    const { openStorage } = await import('${new URL('../../../src/storage/index.ts', import.meta.url)}')
    openStorage('s3://bucket/prefix')
    process.stdout.write(String(Object.keys(createRequire('/').cache).filter(name => name.includes('@aws-sdk')).length))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  assert.equal(stdout, '0')
})

test('a URL that names no bucket is a fault of the configuration', () => {
  for (const url of ['s3:', 's3://', 's3:///x', 's3://UPPER/x', 's3://bucket//x', 's3://bucket/../x'])
    assert.throws(() => openStorage(url), { code: 'config_invalid' }, url)
})
