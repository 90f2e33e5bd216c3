// history.test: how long a picture will take is what the last ones took here, and the queue in front of it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../../src/db/open.ts'
import { estimateMs, progressOf, usualMs } from '../../../src/features/images/history.ts'
import { forEachDatabase } from '../../fixtures/databases.ts'

const MODEL = { name: 'painter', usualMs: 9000 }

test('by the clock, a picture is never quite there, however late it is', () => {
  assert.deepEqual(
    [0, 1000, 2000, 4000, 1e9].map(ms => progressOf(ms, 4000)),
    [0, 0.25, 0.5, 0.95, 0.95],
  )
  assert.equal(progressOf(100, Number.POSITIVE_INFINITY), 0)
  assert.equal(progressOf(100, 0), 0.95)
})

forEachDatabase((_engine, open) => {
  test('where nobody has used a model, its maker is believed', async () => {
    const { kysely } = await open()
    assert.equal(await usualMs(kysely, MODEL), 9000)
    assert.equal(await estimateMs(kysely, MODEL, { concurrency: 4 }), 9000)
  })

  test('what is usual is the median of the last fifty that came to an end, of this model alone', async () => {
    const db = await open()
    for (let index = 0; index < 60; index++) await insertStep(db, { seconds: 100, endedSecondsAgo: 5000 + index })
    for (let index = 0; index < 24; index++) await insertStep(db, { seconds: 1, endedSecondsAgo: 10 })
    for (let index = 0; index < 26; index++) await insertStep(db, { seconds: 3, endedSecondsAgo: 10 })
    await insertStep(db, { seconds: 500, endedSecondsAgo: 1, model: 'sculptor' })
    await insertStep(db, { seconds: 500, endedSecondsAgo: 1, status: 'failed' })
    assert.equal(await usualMs(db.kysely, MODEL), 3000)
    assert.equal(await usualMs(db.kysely, { name: 'sculptor', usualMs: 1 }), 500_000)
  })

  test('of an even number, the median is between the two in the middle', async () => {
    const db = await open()
    for (const seconds of [1, 2, 4, 9]) await insertStep(db, { seconds })
    assert.equal(await usualMs(db.kysely, MODEL), 3000)
  })

  test('who comes last waits for those in front, so many at once, and for nobody while a place is free', async () => {
    const db = await open()
    for (const seconds of [4, 4, 12]) await insertStep(db, { seconds })
    const estimate = () => estimateMs(db.kysely, MODEL, { concurrency: 2 })
    await insertStep(db, { status: 'running', seconds: 1 })
    assert.equal(await estimate(), 4000)
    await insertStep(db, { status: 'running', seconds: 1 })
    assert.equal(await estimate(), 4000 + 2000)
    // A maker that makes one after the other has the other in front of this one, too.
    const alone = await estimateMs(db.kysely, { ...MODEL, atOnce: 1 }, { concurrency: 2 })
    assert.equal(alone, 4000 + 2 * 4000)
    for (let waiting = 0; waiting < 10; waiting++) await insertStep(db, { status: 'ready', seconds: 0 })
    assert.equal(await estimate(), 4000 + 5.5 * 4000)
  })
})

let number = 0

/** A step as it is in the table, begun so many seconds before it ended. */
async function insertStep(
  db: Database,
  {
    seconds,
    endedSecondsAgo = 0,
    model = 'painter',
    status = 'succeeded',
  }: { seconds: number; endedSecondsAgo?: number; model?: string; status?: string },
): Promise<void> {
  const runId = randomUUID()
  const isOpen = status === 'running' || status === 'ready'
  const ended = isOpen ? sql`null` : sql`now() - make_interval(secs => ${endedSecondsAgo})`
  const state = isOpen ? 'processing' : 'completed'
  await sql`
    insert into runs (id, door, owner, status, request) values (${runId}, 'images', 'ann', ${state}, '{}')`.execute(
    db.kysely,
  )
  const params = JSON.stringify({ order: { model } })
  await sql`
    insert into steps (id, run_id, name, kind, queue, params, position, status, weight, started_at, completed_at)
    values (${`step-${number++}`}, ${runId}, 'generate', 'image.generate', 'provider', ${params}, 0, ${status}, 100,
      now() - make_interval(secs => ${seconds + endedSecondsAgo}), ${ended})`.execute(db.kysely)
}
