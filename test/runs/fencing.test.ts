// fencing.test: a step may be executed twice, and its effect appears once: who was taken for dead changes nothing.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { assertCurrent, beatAll, type Claim, claimStep, letGo } from '../../src/runs/claim.ts'
import { failStep, loseStep, releaseStep, succeedStep } from '../../src/runs/finish.ts'
import { recordProgress } from '../../src/runs/progress.ts'
import { callForgotten, loseSilent, takeOver } from '../../src/runs/reconcile.ts'
import type { Run } from '../../src/runs/run.ts'
import { until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { type House, openHouse } from '../fixtures/house.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'

const STALE = { code: 'attempt_stale' }

forEachDatabase((engine, _open, place) => {
  test('a claimed step that falls silent goes to another worker, and the silent one changes nothing', async () => {
    await using house = await openHouse(await place())
    house.play(...planOnly())
    const run = await house.start(ANY_SPEC)
    const zombie = await claimed(house, run)
    assert.equal(await loseSilent(house, 60), 0)
    assert.equal(await loseSilent(house, 0), 1)
    assert.equal(await loseSilent(house, 0), 0)
    const { steps } = await house.runs.get(run.id, run)
    assert.deepEqual([steps[0]?.status, steps[0]?.losses, steps[0]?.failures], ['ready', 1, 0])
    await assertNothingChanges(house, run, zombie)
    await house.work()
    const ended = await house.ended(run)
    assert.deepEqual([ended.status, ended.steps[0]?.attempt, ended.steps[0]?.losses], ['completed', 2, 1])
    await assertNothingChanges(house, run, zombie)
  })

  test('a step in the hands of another attempt is none of the silent one’s business', async () => {
    await using house = await openHouse(await place())
    const run = await house.start(ANY_SPEC)
    const zombie = await claimed(house, run)
    await loseSilent(house, 0)
    const living = await claimed(house, run)
    assert.deepEqual([zombie.attempt, living.attempt], [1, 2])
    await assertNothingChanges(house, run, zombie)
    await assertCurrent(house.db.kysely, living)
    assert.deepEqual([...(await beatAll(house.db.kysely, [zombie, living]))], [living])
    await succeedStep(house, living, { result: 'mine' })
    assert.equal((await house.runs.get(run.id, run)).steps[0]?.status, 'succeeded')
  })

  test('a heartbeat in time keeps the step, also one that comes after the silence was noticed', async () => {
    await using house = await openHouse(await place())
    const run = await house.start(ANY_SPEC)
    const claim = await claimed(house, run)
    const { rows } = await house.db.execute('select heartbeat_at from steps where id = $1', [claim.stepId])
    // Noticed: this is what a reconciler has read when the heartbeat comes.
    const noticed = rows[0]?.['heartbeat_at'] as Date
    await new Promise(resolve => setTimeout(resolve, 5))
    await beatAll(house.db.kysely, [claim])
    assert.equal(await loseStep(house, claim, noticed, new AppError('worker_lost', 'lost')), false)
    await assertCurrent(house.db.kysely, claim)
  })

  test('what was lost too often fails, and failures do not count as losses', async () => {
    await using house = await openHouse(await place())
    const run = await house.start(ANY_SPEC)
    for (let losses = 0; losses < 25; losses++) {
      await claimed(house, run)
      await loseSilent(house, 0)
    }
    const before = await house.runs.get(run.id, run)
    assert.deepEqual([before.status, before.steps[0]?.losses, before.steps[0]?.failures], ['processing', 25, 0])
    await claimed(house, run)
    await loseSilent(house, 0)
    const { status, error } = await house.runs.get(run.id, run)
    assert.deepEqual([status, error?.code], ['failed', 'worker_lost'])
  })

  test('ten calls for one step make one attempt', async () => {
    await using house = await openHouse(await place())
    let executed = 0
    house.play(
      part('fetch', async () => {
        executed++
        return undefined
      }),
      part('probe'),
      part('plan'),
    )
    const run = await house.start(ANY_SPEC)
    const stepId = await firstStep(house, run)
    for (let copies = 0; copies < 10; copies++)
      await house.db.transaction(trx => house.queue.send('transfer', stepId, {}, trx))
    await house.work()
    const ended = await house.ended(run)
    assert.deepEqual([ended.status, executed, ended.steps[0]?.attempt], ['completed', 1, 1])
  })

  test('a ready step whose call was lost is called again, and only then', async () => {
    await using house = await openHouse(await place())
    house.play(...planOnly())
    const run = await house.start(ANY_SPEC)
    assert.equal(await callForgotten(house), 0)
    await house.db.execute(`update steps set run_after = now() - interval '1 minute'`)
    assert.equal(await callForgotten(house), 0)
    await house.db.execute('delete from pgboss.job')
    await house.work()
    assert.equal(await callForgotten(house), 1)
    assert.equal((await house.ended(run)).status, 'completed')
  })

  test('a step that a worker does not know is left to one that does', async () => {
    await using old = await openHouse(await place())
    old.play(...planOnly(async () => ({ steps: [NEWS] })))
    await old.work({ heartbeatSeconds: 0.2 })
    const run = await old.start(ANY_SPEC)
    await completed(old, run, 'plan')
    // Its call is taken by the worker, and taken back by nobody.
    await until(async () => (await old.queue.waiting()).size === 0)
    const { steps, status } = await old.runs.get(run.id, run)
    assert.deepEqual([status, steps.at(-1)?.status, steps.at(-1)?.attempt], ['processing', 'ready', 0])
    old.play(...planOnly(), part('news'))
    await old.db.execute(`update steps set run_after = now() - interval '1 minute' where status = 'ready'`)
    assert.equal((await old.ended(run)).status, 'completed')
  })

  test('who takes over a data directory works on at once, whatever the clock says', async () => {
    const placed = await place()
    const one = await openHouse(placed)
    one.play(...planOnly())
    const run = await one.start(ANY_SPEC)
    await claimed(one, run)
    // The clock was two hours ahead.
    await one.db.execute(`update steps set heartbeat_at = now() + interval '2 hours' where status = 'running'`)
    await one.close()
    await using other = await openHouse(placed)
    other.play(...planOnly())
    if (engine === 'postgres') assert.equal(await takeOver(other), 1)
    await other.work()
    const ended = await other.ended(run)
    assert.deepEqual([ended.status, ended.steps[0]?.losses], ['completed', 1])
  })

  test('a delivery by one who was taken for dead does not happen', async () => {
    await using house = await openHouse(await place())
    await makeClip(house.uploads)
    const held = gate()
    const deliver = house.workshop.kinds.get('deliver')
    let deliveries = 0
    house.play(
      part('deliver', async context => {
        if (++deliveries > 1) return undefined
        await held.pass({ ...context, signal: new AbortController().signal })
        return await deliver?.run({}, { ...context, signal: new AbortController().signal })
      }),
    )
    const worker = await house.work()
    const run = await house.start({
      inputs: [{ id: 'source', source: 'clip.mp4' }],
      outputs: [{ id: 'source', destination: 'late.mp4' }],
    })
    await held.reached
    await loseSilent(house, 0)
    const { status } = await house.ended(run)
    held.open()
    await worker.stop()
    assert.equal(status, 'completed')
    await assert.rejects(stat(join(house.output, 'late.mp4')), { code: 'ENOENT' })
    assert.equal(deliveries, 2)
  })

  if (engine === 'postgres')
    test('of two workers on one database one notices that the other has died, and finishes its work', async () => {
      const placed = await place()
      await using dying = await openHouse(placed, { name: 'dying' })
      await using living = await openHouse(placed, { name: 'living' })
      const held = gate()
      dying.play(...planOnly(held.pass))
      living.play(...planOnly())
      const worker = await dying.work()
      const run = await dying.start(ANY_SPEC)
      await held.reached
      // This one sends no heartbeats for the time of the test, which is as good as dead.
      await living.work({ heartbeatSeconds: 0.3 })
      const ended = await living.ended(run)
      const { attempt = 0, losses = 0 } = ended.steps.at(-1) ?? {}
      // The dying one may take the step again, and lose it again, before the living one gets it.
      assert.ok(losses >= 1 && attempt === losses + 1)
      assert.equal(ended.status, 'completed')
      const { signal } = await held.reached
      assert.ok(signal.aborted || (await new Promise(resolve => signal.addEventListener('abort', () => resolve(true)))))
      await worker.stop()
      assert.deepEqual(await dying.leftovers(), [])
    })
})

const NEWS = { name: 'news', kind: 'news', queue: 'quick', params: {}, needs: ['plan'], weight: 95 } as const

/** Claims the first step as a worker that then never says a word. */
async function claimed(house: House, run: Run): Promise<Claim> {
  const stepId = await firstStep(house, run)
  const step = await claimStep(house.db, stepId, { worker: 'zombie', kinds: ['fetch'] })
  return { stepId, runId: run.id, attempt: step?.attempt ?? assert.fail('the step could not be claimed') }
}

async function firstStep({ db }: House, { id }: Run): Promise<string> {
  const step = await db.kysely
    .selectFrom('steps')
    .select('id')
    .where('run_id', '=', id)
    .where('position', '=', 0)
    .executeTakeFirst()
  return step?.id ?? assert.fail('the run has no steps')
}

async function completed({ runs }: House, { id, owner }: Run, name: string): Promise<void> {
  for await (const { type, data } of runs.events(id, { owner }, 0, AbortSignal.timeout(10_000)))
    if (type === 'step.completed' && data['step'] === name) return
}

/** Everything that an attempt can write, written by one that is over: refused, and not a trace of it is left. */
async function assertNothingChanges(house: House, run: Run, zombie: Claim): Promise<void> {
  const before = await house.runs.get(run.id, run)
  const waiting = await house.queue.waiting()
  await assert.rejects(succeedStep(house, zombie, { result: 'stale', steps: [NEWS], outputs: [] }), STALE)
  await assert.rejects(failStep(house, zombie, new AppError('media_damaged', 'stale')), STALE)
  await assert.rejects(failStep(house, zombie, new AppError('internal', 'stale')), STALE)
  await assert.rejects(releaseStep(house, zombie), STALE)
  await assert.rejects(recordProgress(house.db, zombie, 0.9), STALE)
  await assert.rejects(assertCurrent(house.db.kysely, zombie), STALE)
  assert.deepEqual(await beatAll(house.db.kysely, [zombie]), new Set())
  await letGo(house.db.kysely, zombie)
  assert.deepEqual(await house.runs.get(run.id, run), before)
  assert.deepEqual(await house.queue.waiting(), waiting)
}
