// Jobs read from S3 and write to S3, and what they make may be kept there, too.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { s3Scheme } from '../../src/runs/locations/s3.ts'
import { openS3 } from '../../src/storage/s3/client.ts'
import { s3Rules } from '../../src/storage/s3/rules.ts'
import { s3Storage } from '../../src/storage/s3/storage.ts'
import { makeClip } from '../fixtures/clips.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { openHouse } from '../fixtures/house.ts'
import { type S3Server, startS3 } from '../fixtures/s3.ts'

let server: S3Server
let clips: string
let bucket: string
before(async () => {
  server = await startS3()
  bucket = await server.createBucket()
  clips = await mkdtemp(`${tmpdir()}/kinora-clips-`)
  const clip = await readFile(await makeClip(clips, { seconds: 3, size: '320x180', rate: 25 }))
  await server.client.putObject({ Bucket: bucket, Key: 'in/clip.mp4', Body: clip })
})
after(async () => {
  await server.stop()
  await rm(clips, { recursive: true })
})

const scheme = (own?: string) => s3Scheme(openS3(server.options), s3Rules({ own }))

const cut = (source: string, destination: string, start = 1) => ({
  inputs: [{ id: 'clip', source }],
  operations: [{ op: 'trim', input: 'clip', output: 'cut', params: { start, duration: 1 } }],
  outputs: [{ id: 'cut', destination }],
})

async function bytesOf(key: string): Promise<Uint8Array> {
  const { Body } = await server.client.getObject({ Bucket: bucket, Key: key })
  return (await Body?.transformToByteArray()) ?? assert.fail('the object is empty')
}

test('from S3, cut, and back to S3: what is there is what was measured', async () => {
  await using house = await openHouse(await placeEmbedded(), { schemes: [scheme()] })
  await house.work()
  const run = await house.run(cut(`s3://${bucket}/in/clip.mp4`, `s3://${bucket}/out/cut.mp4`))
  assert.equal(run.status, 'completed', JSON.stringify(run.error))
  const [output] = run.outputs
  assert.equal(output?.destination, `s3://${bucket}/out/cut.mp4`)
  const stored = await bytesOf('out/cut.mp4')
  assert.equal(createHash('sha256').update(stored).digest('hex'), output.sha256)
  assert.equal(stored.length, output.sizeBytes)
  assert.ok(Math.abs(output.durationS - 1) < 0.05)
  assert.deepEqual(await house.leftovers(), [])
})

test('a missing object, a missing bucket and a wrong spelling fail in their own words', async () => {
  await using house = await openHouse(await placeEmbedded(), { schemes: [scheme()] })
  await house.work()
  const missing = await house.run(cut(`s3://${bucket}/in/none.mp4`, 'cut.mp4'))
  assert.equal(missing.error?.code, 'source_missing')
  const nowhere = await house.run(cut(`s3://${bucket}/in/clip.mp4`, 's3://no-such-bucket-at-all/cut.mp4'))
  assert.equal(nowhere.error?.code, 'location_refused', JSON.stringify(nowhere.error))
  const { faults } = house.runs.check(cut(`s3://${bucket}`, `s3://${bucket}/a/../b.mp4`))
  assert.deepEqual(
    faults.map(({ pointer }) => pointer),
    ['/inputs/0/source', '/outputs/0/destination'],
  )
})

test('artifacts in S3 are shared by workers on different machines, and never reached as sources', async () => {
  const place = await placeEmbedded()
  const kept = await server.createBucket()
  const options = {
    storage: s3Storage(openS3(server.options), { bucket: kept, key: 'kinora/' }),
    schemes: [scheme(`s3://${kept}/kinora`)],
  }
  const spec = cut(`s3://${bucket}/in/clip.mp4`, 'cut.mp4', 0.5)
  const made = await (async () => {
    await using house = await openHouse(place, options)
    await house.work()
    return await house.run(spec)
  })()
  assert.equal(made.status, 'completed', JSON.stringify(made.error))
  const [digest] = made.outputs.map(({ sha256 }) => sha256)
  const { Contents = [] } = await server.client.listObjectsV2({ Bucket: kept })
  assert.deepEqual(
    Contents.map(({ Key }) => Key),
    [`kinora/artifacts/${digest?.slice(0, 2)}/${digest}`],
  )
  await using other = await openHouse(place, { ...options, name: 'other' })
  await other.work()
  const before = other.commands.length
  const again = await other.run(spec)
  assert.deepEqual([again.outputs[0]?.cached, again.outputs[0]?.sha256], [true, digest])
  assert.ok(other.commands.slice(before).every(({ args }) => !args.includes('-progress')))
  const source = `s3://${kept}/kinora/artifacts/${digest?.slice(0, 2)}/${digest}`
  assert.match(other.runs.check(cut(source, 'stolen.mp4')).faults[0]?.message ?? '', /keeps its own objects/)
  // A run may read it as what an earlier run has made.
  const reread = await other.run(cut(`run://${made.id}/cut`, 'again.mp4', 0.2))
  assert.equal(reread.status, 'completed', JSON.stringify(reread.error))
})
