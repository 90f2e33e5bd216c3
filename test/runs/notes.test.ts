// notes.test: what a step has begun elsewhere is found by whoever goes on with it, and by nobody who begins anew.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { AppError, type ErrorCode } from '../../src/lib/errors.ts'
import { claimStep, keepNotes } from '../../src/runs/claim.ts'
import { loseSilent } from '../../src/runs/reconcile.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { forEachHouse, openHouse } from '../fixtures/house.ts'
import { ANY_SPEC, part, planOnly } from '../fixtures/steps.ts'

forEachHouse(house => {
  /** What each attempt finds, when each keeps its number and the first one fails with this. */
  async function foundBy(code: ErrorCode): Promise<unknown[]> {
    const found: unknown[] = []
    house().play(
      ...planOnly(async ({ notes }) => {
        found.push(notes.found)
        await notes.keep({ prediction: found.length, words: 'é"\\' })
        if (found.length === 1) throw new AppError(code, 'not now')
        return undefined
      }),
    )
    assert.equal((await house().run(ANY_SPEC)).status, 'completed')
    return found
  }

  test('an attempt that failed leaves nothing behind: the next one begins anew', async () => {
    assert.deepEqual(await foundBy('provider_failed'), [undefined, undefined])
  })

  test('an attempt that lost sight of something of ours leaves its notes to the next one', async () => {
    assert.deepEqual(await foundBy('unavailable'), [undefined, { prediction: 1, words: 'é"\\' }])
  })

  test('a kind says how often it is tried again', async () => {
    let tried = 0
    const stubborn = part('plan', async () => {
      tried++
      throw new AppError('provider_failed', `failure ${tried}`)
    })
    house().play(part('fetch'), part('probe'), { ...stubborn, retries: 1 })
    const { status, error } = await house().run(ANY_SPEC)
    assert.deepEqual([status, error?.message, tried], ['failed', 'failure 2', 2])
  })

  test('whoever was told when to come back does not come earlier', async () => {
    let tried = 0
    house().play(
      ...planOnly(async () => {
        if (++tried === 1) throw new AppError('provider_busy', 'later', { retryAfterMs: 3000 })
        return undefined
      }),
    )
    const run = await house().run(ANY_SPEC)
    const times = await house()
      .db.kysely.selectFrom('events')
      .select(['type', 'created_at'])
      .where('run_id', '=', run.id)
      .orderBy('seq')
      .execute()
    const failed = times.findIndex(({ type }) => type === 'step.retrying')
    const [before, next] = [times[failed], times.slice(failed).find(({ type }) => type === 'step.started')]
    assert.ok(Number(next?.created_at) - Number(before?.created_at) >= 3000)
  })
})

test('a worker that was killed leaves its notes, and cannot keep others afterwards', async t => {
  const placed = await placeEmbedded()
  t.after(() => rm(placed.directory, { recursive: true, force: true }))
  await using house = await openHouse(placed)
  const found: unknown[] = []
  house.play(
    part('probe'),
    part('plan'),
    part('fetch', async ({ notes }) => {
      found.push(notes.found)
      return undefined
    }),
  )
  const run = await house.start(ANY_SPEC)
  const { id } = await house.db.kysely.selectFrom('steps').select('id').orderBy('position').executeTakeFirstOrThrow()
  const claimed = await claimStep(house.db, id, { worker: 'dead', kinds: ['fetch'] })
  const dead = { stepId: id, runId: run.id, attempt: claimed?.attempt ?? 0 }
  await keepNotes(house.db.kysely, dead, { prediction: 7 })
  assert.equal(await loseSilent(house, 0), 1)
  await assert.rejects(keepNotes(house.db.kysely, dead, { prediction: 8 }), { code: 'attempt_stale' })
  await house.work()
  assert.equal((await house.ended(run)).status, 'completed')
  assert.deepEqual(found, [{ prediction: 7 }])
})
