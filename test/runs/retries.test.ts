// retries.test: what may succeed if it is tried again is tried again, after a while and not for ever.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, type ErrorCode } from '../../src/lib/errors.ts'
import { claimStep } from '../../src/runs/claim.ts'
import type { Run, RunEvent } from '../../src/runs/run.ts'
import { forEachHouse, type House } from '../fixtures/house.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'

forEachHouse(house => {
  /** A plan that fails with this so many times, and then succeeds. */
  function failing(code: ErrorCode, times: number): { tried: () => number } {
    let tried = 0
    house().play(
      ...planOnly(async () => {
        if (++tried <= times) throw new AppError(code, `failure ${tried}`)
        return undefined
      }),
    )
    return { tried: () => tried }
  }

  test('a step that fails twice succeeds the third time, after a pause that grows', async () => {
    const { tried } = failing('ffmpeg_failed', 2)
    const run = await house().run(ANY_SPEC)
    const step = planOf(run)
    assert.deepEqual([run.status, tried(), step?.attempt, step?.failures, step?.losses], ['completed', 3, 3, 2, 0])
    assert.equal(step?.error, undefined)
    const events = await eventsOf(house(), run)
    const failed = events.filter(({ type }) => type === 'step.retrying')
    assert.deepEqual(
      failed.map(({ data }) => [data['failures'], data['code'], data['message']]),
      [
        [1, 'ffmpeg_failed', 'failure 1'],
        [2, 'ffmpeg_failed', 'failure 2'],
      ],
    )
    // By the database's clock, and only from below: how fast this machine is does not matter.
    for (const [index, { seq, createdAt }] of failed.entries()) {
      const next = events.find(event => event.seq > seq && event.type === 'step.started')
      assert.ok(Number(next?.createdAt) - Number(createdAt) >= 500 * 2 ** index)
    }
  })

  test('after the third failure the run has failed, with the reason', async () => {
    const { tried } = failing('process_timeout', 3)
    const run = await house().run(ANY_SPEC)
    assert.deepEqual([run.status, tried(), planOf(run)?.failures], ['failed', 3, 3])
    assert.deepEqual(run.error, { code: 'process_timeout', message: 'failure 3' })
    assert.deepEqual(planOf(run)?.error, run.error)
    assert.equal((await eventsOf(house(), run)).at(-1)?.type, 'run.failed')
  })

  test('what cannot succeed is not tried again', async () => {
    const { tried } = failing('media_damaged', 1)
    assert.equal((await house().run(ANY_SPEC)).status, 'failed')
    assert.equal(tried(), 1)
  })

  test('a call that comes before its time is not answered', async () => {
    failing('unavailable', 1)
    const run = await house().start(ANY_SPEC)
    for await (const { type } of house().runs.events(run.id, run, 0, AbortSignal.timeout(10_000)))
      if (type === 'step.retrying') break
    const { kysely } = house().db
    const { id } = await kysely
      .selectFrom('steps')
      .select('id')
      .where('run_id', '=', run.id)
      .where('kind', '=', 'plan')
      .executeTakeFirstOrThrow()
    await house().db.execute(`update steps set run_after = run_after + interval '1 hour' where id = $1`, [id])
    assert.equal(await claimStep(house().db, id, { worker: 'early', kinds: ['plan'] }), undefined)
    await house().runs.cancel(run.id, run)
  })

  test('what could not be reached is no failure of the step', async () => {
    const { tried } = failing('unavailable', 1)
    const run = await house().run(ANY_SPEC)
    assert.deepEqual([run.status, tried(), planOf(run)?.failures, planOf(run)?.losses], ['completed', 2, 0, 1])
  })

  test('an error that nobody foresaw is tried again, and says nothing of us to callers', async () => {
    let tried = 0
    house().play(
      ...planOnly(async () => {
        if (++tried < 2) throw new Error(`ENOENT: ${house().scratch}/secret`)
        throw new AppError('media_damaged', 'enough')
      }),
    )
    const run = await house().run(ANY_SPEC)
    assert.equal(tried, 2)
    assert.doesNotMatch(JSON.stringify([run, await eventsOf(house(), run)]), /secret/)
  })

  test('with one step all others of the run end, also those that are being worked on', async () => {
    const held = gate()
    house().play(
      ...planOnly(async () => ({
        steps: ['held', 'bad', 'after'].map(name => ({
          ...{ name, kind: name, queue: 'quick', params: {}, weight: 30 },
          needs: name === 'after' ? ['bad'] : ['plan'],
        })),
      })),
      part('held', held.pass),
      part('bad', async () => {
        await held.reached
        throw new AppError('media_damaged', 'as bad as it gets')
      }),
      part('after'),
    )
    const run = await house().run(ANY_SPEC)
    const { signal } = await held.reached
    if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve))
    assert.equal(run.status, 'failed')
    assert.deepEqual(
      run.steps.slice(-3).map(({ name, status }) => [name, status]),
      [
        ['held', 'cancelled'],
        ['bad', 'failed'],
        ['after', 'cancelled'],
      ],
    )
  })
})

function planOf({ steps }: Run) {
  return steps.find(({ kind }) => kind === 'plan')
}

async function eventsOf(house: House, { id, owner }: Run): Promise<RunEvent[]> {
  return await Array.fromAsync(house.runs.events(id, { owner }, 0, AbortSignal.timeout(60_000)))
}
