// store.test: pictures under names of their own, kept for as long as their run, and gone when they are deleted.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../../src/db/open.ts'
import { lostPictures } from '../../../src/features/images/lost-pictures.ts'
import {
  deleteMedia,
  findMedia,
  keepMedia,
  mediaId,
  mediaKey,
  mediaOf,
  type NewMedia,
} from '../../../src/features/images/store.ts'
import { fsck } from '../../../src/runs/upkeep/fsck.ts'
import { retain } from '../../../src/runs/upkeep/retention.ts'
import { forEachDatabase } from '../../fixtures/databases.ts'
import { insertRun, type Keeping, openKeeping } from '../../fixtures/upkeep.ts'

const NOTES = {
  provider: 'Painter',
  model: 'painter',
  kind: 'trained',
  seed: 1,
  number: 1,
  software: 'Kinora',
} as const

test('a picture has a UUID that is the same however often it is made, and says nothing of its run', () => {
  const runId = '6b1f9a4c-5f0e-4c58-9d6b-0f7d2d1a9c11'
  const id = mediaId(runId, 'picture-1')
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  // As Python's uuid.uuid5 makes it.
  assert.equal(id, UUID5)
  assert.equal(mediaId(runId, 'picture-1'), id)
  assert.notEqual(mediaId(runId, 'picture-2'), id)
  assert.notEqual(mediaId(randomUUID(), 'picture-1'), id)
  assert.throws(() => mediaId('job_1', 'picture-1'), TypeError)
})

const UUID5 = '521e1f3e-315d-555f-a71f-69e3c53a6e00'

forEachDatabase((_engine, open) => {
  test('a picture is found once its run has completed, in the order of its run, and as it was written last', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const [done, open1] = [await runOf(db), await runOf(db, 'processing')]
    for (const number of [10, 2, 1]) await show(db, keeping, done, number, `picture ${number}`)
    await show(db, keeping, open1, 1, 'not yet')
    const outputs = (await mediaOf(db.kysely, [done, open1])).map(({ output }) => output)
    assert.deepEqual(outputs, ['picture-1', 'picture-2', 'picture-10'])
    assert.deepEqual(await mediaOf(db.kysely, []), [])
    assert.equal(await findMedia(db.kysely, mediaId(open1, 'picture-1')), undefined)
    await keepMedia(db, [{ ...mediaIn(done, 1, 'e'.repeat(64)), widthPx: 5 }])
    const found = await findMedia(db.kysely, mediaId(done, 'picture-1'))
    assert.deepEqual([found?.widthPx, found?.digest, found?.owner], [5, 'e'.repeat(64), 'ann'])
    assert.equal(await findMedia(db.kysely, 'no id of ours'), undefined)
  })

  test('a deleted picture is found no more, and its bytes go', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const run = await runOf(db)
    const [id, other] = [await show(db, keeping, run, 1, 'one'), await show(db, keeping, run, 2, 'two')]
    assert.equal(await deleteMedia(db, id), true)
    assert.equal(await findMedia(db.kysely, id), undefined)
    assert.deepEqual(
      (await mediaOf(db.kysely, [run])).map(media => media.id),
      [other],
    )
    assert.equal(await keeping.isReadable(mediaKey(run, 'picture-1')), false)
    assert.equal(await keeping.isReadable(mediaKey(run, 'picture-2')), true)
    assert.deepEqual(await keeping.wrong(), [])
    assert.equal(await deleteMedia(db, id), false)
    // An attempt that comes late does not bring it back.
    await keepMedia(db, [mediaIn(run, 1, 'e'.repeat(64))])
    assert.equal(await findMedia(db.kysely, id), undefined)
  })

  test('bytes that somebody else names stay when a picture is deleted, until nobody does', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const runs = [await runOf(db), await runOf(db)]
    const ids = await Promise.all(runs.map(run => show(db, keeping, run, 1, 'the same')))
    await keeping.publish('an output of a pipeline', 'the same')
    const isThere = async () => await keeping.isReadable('an output of a pipeline')
    for (const id of ids) assert.deepEqual([await deleteMedia(db, id), await isThere()], [true, true])
    assert.deepEqual(await keys(db), ['an output of a pipeline'])
  })

  test('two who delete the same picture at once delete it once, and its bytes are condemned', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const id = await show(db, keeping, await runOf(db), 1, 'one')
    const deleted = await Promise.all([deleteMedia(db, id), deleteMedia(db, id)])
    assert.deepEqual(deleted.sort(), [false, true])
    const { rows } = await sql`select digest from condemned`.execute(db.kysely)
    assert.equal(rows.length, 1)
  })

  test('a picture stays as long as its run, however old it is and however little room there is', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const run = await runOf(db)
    const id = await show(db, keeping, run, 1, 'picture')
    await keeping.publish('other', 'another output')
    await keeping.age(400)
    const policy = { keepRunsDays: 30, keepArtifactsDays: 1, artifactsMaxBytes: 1 }
    const round = () => retain({ ...keeping.means, policy }, async () => true)
    await round()
    assert.equal(await keeping.isReadable('other'), false)
    assert.equal(await keeping.isReadable(mediaKey(run, 'picture-1')), true)
    assert.ok(await findMedia(db.kysely, id))
    assert.deepEqual(await keeping.wrong(true), [])

    await sql`update runs set completed_at = now() - interval '31 days'`.execute(db.kysely)
    await keeping.age(400)
    await round()
    assert.equal(await findMedia(db.kysely, id), undefined)
    assert.equal((await db.kysely.selectFrom('image_media').selectAll().execute()).length, 0)
    assert.deepEqual(await keys(db), [])
    assert.deepEqual(await keeping.wrong(true), [])
  })

  test('a picture whose bytes were lost is told, and is shown no more when that is mended', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const run = await runOf(db)
    const id = await show(db, keeping, run, 1, 'lost')
    const deleted = await show(db, keeping, run, 2, 'deleted')
    await show(db, keeping, run, 3, 'there')
    await deleteMedia(db, deleted)
    const look = (mend: boolean) => fsck(keeping.means, { mend, deep: false, checks: [lostPictures] })
    assert.equal((await look(false)).left, 0)
    await db.kysely.deleteFrom('artifact_keys').where('key', '=', mediaKey(run, 'picture-1')).execute()
    await sql`delete from artifacts where not exists (select from artifact_keys k where k.digest = artifacts.digest)`.execute(
      db.kysely,
    )
    const { findings } = await look(true)
    const told = findings.map(({ check, where, mended }) => [check, where, mended])
    assert.ok(told.some(([check, where, mended]) => check === 'lost-pictures' && where === id && mended))
    assert.equal(await findMedia(db.kysely, id), undefined)
    assert.equal((await look(true)).left, 0)
  })

  test('what was deleted is not held: the room is for others', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const run = await runOf(db)
    const id = await show(db, keeping, run, 1, 'the same')
    await keeping.publish('other', 'the same')
    await deleteMedia(db, id)
    await keeping.age(400)
    const policy = { ...keeping.means.policy, keepArtifactsDays: 1 }
    await retain({ ...keeping.means, policy }, async () => true)
    assert.equal(await keeping.isReadable('other'), false)
  })
})

async function runOf(db: Database, status = 'completed'): Promise<string> {
  const id = randomUUID()
  await insertRun(db, { id, status, step: status === 'completed' ? 'succeeded' : 'running' })
  return id
}

/** Publishes and writes down a picture as the step does; answers its id. */
async function show(db: Database, keeping: Keeping, runId: string, number: number, bytes: string): Promise<string> {
  const output = `picture-${number}`
  const { digest } = await keeping.publish(mediaKey(runId, output), bytes, runId)
  await keepMedia(db, [mediaIn(runId, number, digest)])
  return mediaId(runId, output)
}

function mediaIn(runId: string, number: number, digest: string): NewMedia {
  const size = { widthPx: 64, heightPx: 48, sizeBytes: 100 }
  return { runId, output: `picture-${number}`, digest, format: 'png', notes: { ...NOTES, number }, ...size }
}

async function keys(db: Database): Promise<string[]> {
  return (await db.kysely.selectFrom('artifact_keys').select('key').execute()).map(({ key }) => key)
}
