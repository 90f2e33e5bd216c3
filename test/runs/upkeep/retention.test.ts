// retention.test: what is old goes, what is in use stays, and one process at a time sees to it.
import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../../src/db/open.ts'
import { objectKey } from '../../../src/runs/artifacts.ts'
import { readTallies } from '../../../src/runs/tallies.ts'
import { retain, retainHere } from '../../../src/runs/upkeep/retention.ts'
import { upkeepRound } from '../../../src/runs/upkeep/start.ts'
import { forEachDatabase } from '../../fixtures/databases.ts'
import { insertRun, type Keeping, openKeeping } from '../../fixtures/upkeep.ts'

const goOn = async () => true

forEachDatabase((_engine, open) => {
  test('runs that ended long ago go, with their steps and events, however many there are', async () => {
    const db = await open()
    const { means } = await openKeeping(db)
    for (let index = 0; index < 120; index++) await insertRun(db, { id: `job_old${index}`, endedDays: 31 })
    await insertRun(db, { id: 'job_young', endedDays: 29 })
    await insertRun(db, { id: 'job_open', status: 'processing', step: 'running' })
    await retain({ ...means, policy: { ...means.policy, keepRunsDays: 30 } }, goOn)
    assert.deepEqual(await ids(db, 'select id from runs order by id'), ['job_open', 'job_young'])
    assert.deepEqual(await ids(db, 'select distinct run_id as id from steps order by 1'), ['job_open', 'job_young'])
    assert.deepEqual(await ids(db, 'select distinct run_id as id from events order by 1'), ['job_open', 'job_young'])
    assert.deepEqual(await put(db), { runs: 120 })
  })

  test('0 keeps for ever', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    await insertRun(db, { id: 'job_old', endedDays: 10_000 })
    await keeping.publish('a')
    await keeping.age(10_000)
    await retain(keeping.means, goOn)
    assert.deepEqual(await ids(db, 'select id from runs'), ['job_old'])
    assert.ok(await keeping.isReadable('a'))
  })

  test('an artifact that nobody has used goes: first its name, and its bytes when nobody can still be reading them', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    const unused = await keeping.publish('unused')
    const used = await keeping.publish('used')
    await keeping.age(31)
    assert.ok(await keeping.isReadable('used'))
    const round = () => retain({ ...keeping.means, policy: { ...keeping.means.policy, keepArtifactsDays: 30 } }, goOn)
    await round()
    assert.deepEqual([await keeping.isReadable('unused'), await keeping.isReadable('used')], [false, true])
    assert.deepEqual(await lying(keeping, unused.digest, used.digest), [true, true])
    assert.deepEqual(await keeping.wrong(), [])
    await keeping.age(1)
    await round()
    assert.deepEqual(await lying(keeping, unused.digest, used.digest), [false, true])
    assert.deepEqual(await put(db), { artifacts: 1, 'overdue-bytes': 1 })
  })

  test('beyond the cap, what was used longest ago goes first, and never what is in use', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    for (const key of ['oldest', 'old', 'young']) {
      await keeping.publish(key)
      await keeping.age(1)
    }
    await keeping.publish('now')
    const round = (artifactsMaxBytes: number) =>
      retain({ ...keeping.means, policy: { ...keeping.means.policy, artifactsMaxBytes } }, goOn)
    const left = async () => (await ids(db, 'select key as id from artifact_keys')).sort()
    await round(400)
    assert.deepEqual(await left(), ['now', 'old', 'oldest', 'young'])
    await round(399)
    assert.deepEqual(await left(), ['now', 'old', 'young'])
    await round(200)
    assert.deepEqual(await left(), ['now', 'young'])
    await round(1)
    assert.deepEqual(await left(), ['now'])
  })

  test('what was learnt of sources goes when nobody has asked for it', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    await sql`insert into file_digests (fingerprint, digest) values ('a', 'b')`.execute(db.kysely)
    await sql`insert into probes (key, probe) values ('a', '{}')`.execute(db.kysely)
    await keeping.age(89)
    await retain(keeping.means, goOn)
    assert.deepEqual(await ids(db, 'select key as id from probes'), ['a'])
    await keeping.age(2)
    await retain(keeping.means, goOn)
    assert.deepEqual(await ids(db, 'select key as id from probes union all select digest from file_digests'), [])
  })

  test('what only this machine has is put away by every machine', async () => {
    const db = await open()
    const { means, at } = await openKeeping(db, { patience: { graceSeconds: 0 } })
    await mkdir(at('scratch', 'step_gone-1'))
    await writeFile(at('cache', 'incoming-x'), 'half')
    await retain(means, goOn)
    assert.deepEqual([await readdir(at('scratch')), await readdir(at('cache'))], [['step_gone-1'], ['incoming-x']])
    await retainHere(means)
    assert.deepEqual([await readdir(at('scratch')), await readdir(at('cache'))], [[], []])
    assert.deepEqual(await put(db), { 'scratch-folders': 1, 'cache-files': 1 })
  })

  test('a chore that fails holds up nothing else', async () => {
    const db = await open()
    const { means } = await openKeeping(db)
    const chores = [
      { name: 'broken', run: () => Promise.reject(new Error('broken')) },
      { name: 'good', run: async () => 3 },
    ]
    await assert.rejects(retain({ ...means, chores }, goOn), /broken/)
    assert.deepEqual(await put(db), { good: 3 })
  })

  test('one process at a time tidies up, and not again until there may be something to do', async () => {
    const db = await open()
    const { means } = await openKeeping(db)
    const inside = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const slow = {
      name: 'slow',
      async run() {
        inside.resolve()
        await finish.promise
        return 1
      },
    }
    const round = (holder: string, restSeconds: number, chores = [slow]) =>
      upkeepRound({ ...means, chores }, { holder, restSeconds }, new AbortController().signal)
    const first = round('one', 0)
    await inside.promise
    assert.equal(await round('two', 0), false, 'somebody is at it')
    finish.resolve()
    assert.equal(await first, true)
    assert.equal(await round('two', 300), false, 'it has just been done')
    assert.equal(await round('two', 0), true)
    await sql`update leases set until = now() + interval '1 hour'`.execute(db.kysely)
    assert.equal(await round('three', 0), false)
    await sql`update leases set until = now() - interval '1 second'`.execute(db.kysely)
    assert.equal(await round('three', 0), true, 'whoever had it is dead')
  })
})

async function ids(db: Database, text: string): Promise<string[]> {
  return (await db.execute(text)).rows.map(({ id }) => String(id))
}

/** What upkeep says that it has put away. */
async function put(db: Database): Promise<Record<string, number>> {
  const tallies = (await readTallies(db.kysely)).filter(({ name, total }) => name === 'retention' && total > 0)
  return Object.fromEntries(tallies.map(({ labels, total }) => [labels['what'], total]))
}

async function lying({ storage }: Keeping, ...digests: string[]): Promise<boolean[]> {
  return await Promise.all(digests.map(async digest => (await storage.stat(objectKey(digest))) !== undefined))
}
