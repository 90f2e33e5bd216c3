// checks.test: each check finds what it is for, changes nothing unasked, and leaves nothing to find when it has mended.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../../src/db/open.ts'
import { announce } from '../../../src/runs/arrivals.ts'
import { objectKey } from '../../../src/runs/artifacts.ts'
import { CHECKS } from '../../../src/runs/upkeep/index.ts'
import { forEachDatabase } from '../../fixtures/databases.ts'
import { insertRun, type Keeping, openKeeping } from '../../fixtures/upkeep.ts'

type Damage = {
  readonly title: string
  readonly check: string
  /** Answers where it is to be found. */
  make(keeping: Keeping, db: Database): Promise<string>
  readonly deep?: true
  /** Only a person can put it right. */
  readonly stays?: true
}

const execute = (db: Database, text: string) => db.execute(text)

const DAMAGES: readonly Damage[] = [
  {
    title: 'an object that no artifact names',
    check: 'unnamed-objects',
    async make({ at }) {
      const key = objectKey(createHash('sha256').update('lost').digest('hex'))
      await mkdir(at('objects', 'artifacts', key.split('/')[1] ?? ''), { recursive: true })
      await writeFile(at('objects', key), 'lost')
      return key
    },
  },
  {
    title: 'an object that is called as none of ours is',
    check: 'unnamed-objects',
    stays: true,
    async make({ at }) {
      await mkdir(at('objects', 'artifacts'), { recursive: true })
      await writeFile(at('objects', 'artifacts', 'notes.txt'), 'mine')
      return 'artifacts/notes.txt'
    },
  },
  {
    title: 'an artifact without its bytes',
    check: 'artifact-objects',
    async make({ publish, storage }) {
      const { digest } = await publish('a')
      await storage.delete(objectKey(digest))
      return objectKey(digest)
    },
  },
  {
    title: 'an artifact that was cut short',
    check: 'artifact-objects',
    async make({ publish, at }) {
      const { digest } = await publish('a')
      await truncate(at('objects', objectKey(digest)), 7)
      return objectKey(digest)
    },
  },
  {
    title: 'an artifact with other bytes than its name says',
    check: 'artifact-digests',
    deep: true,
    async make({ publish, at }) {
      const { digest } = await publish('a', 'good')
      await writeFile(at('objects', objectKey(digest)), 'evil')
      return objectKey(digest)
    },
  },
  {
    title: 'bytes that somebody began to store a day ago',
    check: 'late-arrivals',
    async make({ age }, db) {
      const { digest } = await announce(db, 'd'.repeat(64))
      await age(2)
      return objectKey(digest)
    },
  },
  {
    title: 'a key whose artifact is gone',
    check: 'dangling-rows',
    async make({ publish }, db) {
      const { digest } = await publish('a')
      await withoutForeignKeys(db, sql`delete from artifacts where digest = ${digest}`)
      await sql`insert into condemned (digest) values (${digest})`.execute(db.kysely)
      return 'artifact_keys.digest'
    },
  },
  {
    title: 'a run that counts an event too many',
    check: 'event-counts',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a' })
      await execute(db, `update runs set event_count = 3 where id = 'job_a'`)
      return 'job_a'
    },
  },
  {
    title: 'events with a gap',
    check: 'event-counts',
    stays: true,
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a' })
      await execute(db, `delete from events where run_id = 'job_a' and seq = 1`)
      return 'job_a'
    },
  },
  {
    title: 'an open run without an open step',
    check: 'run-states',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a', status: 'processing', step: 'failed' })
      return 'job_a'
    },
  },
  {
    title: 'an open run whose steps are all done',
    check: 'run-states',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a', status: 'processing', step: 'succeeded' })
      return 'job_a'
    },
  },
  {
    title: 'a run that has ended with a step that has not',
    check: 'run-states',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a', step: 'running' })
      return 'job_a'
    },
  },
  {
    title: 'a run that has ended and does not say when',
    check: 'run-states',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a', status: 'failed' })
      await execute(db, `update runs set completed_at = null where id = 'job_a'`)
      return 'job_a'
    },
  },
  {
    title: 'a run that has done more than everything',
    check: 'progress-ranges',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a', status: 'failed' })
      await execute(db, `update runs set progress = 101 where id = 'job_a'`)
      return 'job_a'
    },
  },
  {
    title: 'a step whose progress is not a number',
    check: 'progress-ranges',
    async make(_keeping, db) {
      await insertRun(db, { id: 'job_a' })
      await execute(db, `update steps set progress = 'NaN' where run_id = 'job_a'`)
      return 'job_a-step'
    },
  },
  {
    title: 'an object that was begun and never finished',
    check: 'unfinished-uploads',
    async make({ at }) {
      await mkdir(at('objects', '.incoming'))
      await old(at('objects', '.incoming', 'half'))
      return '.incoming/half'
    },
  },
  {
    title: 'a workspace of an attempt that nobody makes',
    check: 'scratch-folders',
    async make({ at }) {
      await mkdir(at('scratch', 'step_gone-1'))
      return 'scratch/step_gone-1'
    },
  },
  {
    title: 'half a file in the cache',
    check: 'cache-files',
    async make({ at }) {
      await old(at('cache', 'incoming-x'))
      return 'cache/incoming-x'
    },
  },
  {
    title: 'half a result in a folder that callers see',
    check: 'mount-parts',
    async make({ at }) {
      const name = `.kinora-${'0'.repeat(16)}-6b6e2c1e-5a3f-4c53-9d55-0a3a4b1c2d3e.part`
      await mkdir(at('output', 'deep', 'er'), { recursive: true })
      await old(at('output', 'deep', 'er', name))
      return `/output/deep/er/${name}`
    },
  },
]

// On a real disk nobody can make a file's ctime older: what lies about is in the way at once.
const IMPATIENT = { graceSeconds: 0 }

forEachDatabase((_engine, open) => {
  test('whatever is wrong is found, changes by no looking at it, and is mended where that is safe', async () => {
    const db = await open()
    for (const damage of DAMAGES) {
      await db.execute('truncate runs, artifacts, arrivals, condemned cascade')
      await treat(db, damage)
    }
  })

  test('a house in order has nothing wrong in it, and nothing is left of what was mended', async () => {
    const db = await open()
    const keeping = await openKeeping(db, { patience: IMPATIENT })
    await keeping.publish('a', 'one')
    await insertRun(db, { id: 'job_done' })
    await insertRun(db, { id: 'job_open', status: 'processing', step: 'running' })
    await mkdir(keeping.at('scratch', 'job_open-step-0'))
    const { findings, left, checks } = await keeping.mend(true)
    assert.deepEqual([findings, left], [[], 0])
    assert.deepEqual(
      checks,
      CHECKS.map(({ name }) => name),
    )
    assert.deepEqual(await readdir(keeping.at('scratch')), ['job_open-step-0'])
    assert.ok(await keeping.isReadable('a'))
  })

  test('what is young may belong to somebody who is at work', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    await mkdir(keeping.at('scratch', 'step_young-1'))
    await mkdir(keeping.at('objects', '.incoming'))
    await writeFile(keeping.at('objects', '.incoming', 'young'), 'half')
    await writeFile(keeping.at('cache', 'incoming-x'), 'half')
    await announce(db, 'e'.repeat(64))
    assert.deepEqual((await keeping.mend()).findings, [])
  })

  test('an output that is no longer kept is worth knowing, and nothing is wrong with it', async () => {
    const db = await open()
    const keeping = await openKeeping(db)
    await insertRun(db, { id: 'job_a' })
    await execute(db, `update runs set outputs = '[{"id":"hd","destination":"hd.mp4","sha256":"${'0'.repeat(64)}"}]'`)
    const { findings, left } = await keeping.mend()
    assert.deepEqual([findings.map(({ check, harmless }) => [check, harmless]), left], [[['lost-outputs', true]], 0])
  })
})

async function treat(db: Database, { title, check, make, deep, stays }: Damage): Promise<void> {
  const keeping = await openKeeping(db, { patience: IMPATIENT })
  const found = [title, `${check} ${await make(keeping, db)}`]
  const isDeep = deep === true
  assert.deepEqual([title, ...(await keeping.wrong(isDeep))], found)
  assert.deepEqual([title, ...(await keeping.wrong(isDeep))], found)
  if (isDeep) assert.deepEqual([title, ...(await keeping.wrong())], [title])
  const { left, findings } = await keeping.mend(isDeep)
  const mended = findings.filter(({ mended, harmless }) => mended && !harmless)
  assert.deepEqual([title, left, mended.length], stays ? [title, 1, 0] : [title, 0, 1])
  assert.deepEqual([title, ...(await keeping.wrong(isDeep))], stays ? found : [title])
}

async function old(path: string): Promise<void> {
  await writeFile(path, 'half')
  const lastWeek = new Date(Date.now() - 7 * 86_400_000)
  await utimes(path, lastWeek, lastWeek)
}

// As a damaged disk does, or somebody who restores half of a backup.
async function withoutForeignKeys(db: Database, statement: ReturnType<typeof sql>): Promise<void> {
  await db.transaction(async trx => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await statement.execute(trx)
  })
}
