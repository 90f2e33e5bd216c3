// anything.test: whatever is run, forgotten, killed and mended, in whatever order: the house is in order afterwards.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { Database } from '../../../src/db/open.ts'
import { announce } from '../../../src/runs/arrivals.ts'
import { objectKey } from '../../../src/runs/artifacts.ts'
import { openTallies } from '../../../src/runs/tallies.ts'
import { fsck } from '../../../src/runs/upkeep/fsck.ts'
import { retain } from '../../../src/runs/upkeep/retention.ts'
import type { Storage } from '../../../src/storage/contract.ts'
import { filesystemStorage } from '../../../src/storage/filesystem.ts'
import { makeClip } from '../../fixtures/clips.ts'
import { placeEmbedded } from '../../fixtures/embedded.ts'
import { openHouse } from '../../fixtures/house.ts'
import { startPostgres } from '../../fixtures/postgres.ts'

/** Where somebody is killed: before or after the storage has done it. */
type Death = 'none' | 'put before' | 'put after' | 'delete before' | 'delete after'
type Deed = { readonly do: 'run'; readonly width: number } | { readonly do: 'age' | 'retain' | 'mend' | 'die' }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run' as const), width: fc.constantFrom(16, 18, 20) }) },
  { weight: 3, arbitrary: fc.constantFrom<Deed>({ do: 'age' }, { do: 'retain' }, { do: 'mend' }, { do: 'die' }) },
)
const death = fc.constantFrom<Death>('none', 'put before', 'put after', 'delete before', 'delete after')
const story = fc.array(fc.record({ deed, death }), { minLength: 4, maxLength: 9 })

for (const engine of ['pglite', 'postgres'] as const)
  test(`whatever happens on ${engine}, the house is in order afterwards, and what it says it has can be read`, async () => {
    await using opened = await openAll(engine)
    // The same stories every time; a seed of one's own finds others.
    await fc.assert(
      fc.asyncProperty(story, async chapters => {
        for (const { deed, death } of chapters) await opened.act(deed, death)
        await opened.act({ do: 'mend' }, 'none')
        assert.deepEqual(await opened.findings(), [])
        await opened.assertReadable()
      }),
      { numRuns: 6, seed: 2_081 },
    )
  })

async function openAll(engine: 'pglite' | 'postgres') {
  await using opening = new AsyncDisposableStack()
  const cluster = engine === 'postgres' ? await startPostgres() : undefined
  if (cluster) opening.defer(() => cluster.stop())
  const place = { ...(await placeEmbedded()), ...(cluster && { url: await cluster.createDatabase() }) }
  const { storage, die } = mortal(filesystemStorage(join(place.directory, 'objects')))
  const house = opening.use(await openHouse(place, { storage }))
  await house.work()
  await makeClip(house.uploads)
  await mkdir(join(place.directory, 'cache-house'), { recursive: true })
  const { db } = house
  const means = {
    ...{ db, storage, chores: [], tallies: openTallies() },
    policy: { keepRunsDays: 2, keepArtifactsDays: 2, artifactsMaxBytes: 20_000 },
    patience: { graceSeconds: 3600, arrivalSeconds: 86_400, memoryDays: 90 },
    folders: {
      scratch: house.scratch,
      cache: join(place.directory, 'cache-house'),
      mounts: { '/output': house.output },
    },
  }
  const deeds: Record<Deed['do'], (deed: Deed) => Promise<unknown>> = {
    run: async deed => assert.ok(['completed', 'failed'].includes((await house.run(specOf(deed))).status)),
    age: () => ageAll(db),
    // As `kill -9` between storing an output and naming it: nobody puts anything right.
    async die() {
      const bytes = randomBytes(100)
      const digest = createHash('sha256').update(bytes).digest('hex')
      await announce(db, digest)
      await storage.put(objectKey(digest), Readable.from([bytes]))
    },
    retain: () => retain(means, async () => true),
    mend: () => fsck(means, { mend: true, deep: true }),
  }
  const opened = opening.move()
  return {
    async act(deed: Deed, death: Death) {
      die(death)
      // Whoever is killed does not finish what it does.
      await deeds[deed.do](deed).catch(error => assert.match(String(error), /killed/))
      die('none')
    },
    findings: async () => (await fsck(means, { mend: false, deep: true })).findings.filter(({ harmless }) => !harmless),
    async assertReadable() {
      for (const { key } of await db.kysely.selectFrom('artifact_keys').select('key').execute()) {
        const found = await house.artifacts.find(key)
        assert.ok(found && (await house.artifacts.open(found.digest, join(house.scratch, 'read'))), key)
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** A storage whose user is killed on the way, once. */
function mortal(storage: Storage) {
  let death: Death = 'none'
  const killed = (when: Death) => {
    if (death !== when) return
    death = 'none'
    throw new Error('killed')
  }
  return {
    die(when: Death) {
      death = when
    },
    storage: {
      ...storage,
      async putFile(key, path) {
        killed('put before')
        await storage.putFile(key, path)
        killed('put after')
      },
      async delete(key) {
        killed('delete before')
        await storage.delete(key)
        killed('delete after')
      },
    } satisfies Storage,
  }
}

function specOf(deed: Deed): unknown {
  const width = 'width' in deed ? deed.width : 16
  return {
    inputs: [{ id: 'source', source: 'clip.mp4' }],
    operations: [{ op: 'scale', input: 'source', output: 'small', params: { width, height: width } }],
    outputs: [{ id: 'small', destination: `small-${width}.mp4` }],
  }
}

// A day goes by for everything that is written down.
async function ageAll(db: Database): Promise<void> {
  const columns = {
    artifacts: ['used_at'],
    arrivals: ['since'],
    condemned: ['since', 'claimed_at'],
    runs: ['completed_at'],
  }
  for (const [table, names] of Object.entries(columns))
    for (const name of names)
      await sql`update ${sql.table(table)} set ${sql.ref(name)} = ${sql.ref(name)} - interval '1 day'`.execute(
        db.kysely,
      )
}
