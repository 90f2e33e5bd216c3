// retry.test: a run that has failed or was cancelled goes on from where it did, and nothing that was done is done again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { retryRun } from '../../src/runs/retry.ts'
import type { Run, RunEvent } from '../../src/runs/run.ts'
import { until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachHouse, type House } from '../fixtures/house.ts'
import { openReceiver } from '../fixtures/receiver.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'
import { deliveriesOf, sendFrom, startHeard } from './webhooks/sending.ts'

const STEP = { queue: 'quick', params: {}, weight: 40 } as const

forEachHouse(house => {
  test('a run that was put away a moment ago is not there, whoever still wants to go on with it', async () => {
    await assert.rejects(retryRun(house(), 'job_gone'), { code: 'run_not_found' })
  })

  test('a source that was changed is read anew, and what was planned for the old one is forgotten', async () => {
    await makeClip(house().uploads, { name: 'changing.mp4', seconds: 2 })
    const spec = {
      inputs: [{ id: 'a', source: 'changing.mp4' }],
      operations: [{ op: 'scale', input: 'a', output: 'b', params: { height: 32 } }],
      outputs: [{ id: 'b', destination: 'changed.mp4' }],
    }
    house().play(
      part('render', async () => {
        await makeClip(house().uploads, { name: 'changing.mp4', seconds: 1 })
        throw new AppError('source_changed', 'It was changed')
      }),
    )
    const failed = await house().run(spec)
    assert.equal(failed.error?.code, 'source_changed')
    house().play()
    const run = await house().ended(await house().runs.retry(failed.id, failed))
    assert.equal(run.status, 'completed', JSON.stringify(run.error))
    assert.ok(Math.abs((run.outputs[0]?.durationS ?? 0) - 1) < 0.2)
  })

  test('what was done is kept, what failed is tried with all its tries, and the events go on', async () => {
    const counts = { plan: 0, work: 0, rest: 0 }
    let broken = true
    house().play(
      ...planOnly(async () => {
        counts.plan++
        const work = { ...STEP, name: 'work', kind: 'work', needs: ['plan'] }
        return { steps: [work, { ...work, name: 'rest', kind: 'rest', needs: ['work'] }] }
      }),
      part('work', async ({ results }) => {
        assert.deepEqual([...results.keys()], ['plan'])
        counts.work++
        if (broken) throw new AppError('output_rejected', 'broken')
        return undefined
      }),
      part('rest', async () => {
        counts.rest++
        return undefined
      }),
    )
    const failed = await house().run(ANY_SPEC)
    assert.deepEqual([failed.status, failed.steps.at(-1)?.status], ['failed', 'cancelled'])
    const before = await eventsOf(house(), failed)
    broken = false
    const retried = await house().runs.retry(failed.id, failed)
    assert.ok(retried.status === 'pending' || retried.status === 'processing' || retried.status === 'completed')
    assert.deepEqual([retried.error, failed.error?.code], [undefined, 'output_rejected'])
    const run = await house().ended(retried)
    assert.deepEqual([run.status, run.progress, run.error], ['completed', 100, undefined])
    assert.deepEqual(counts, { plan: 1, work: 2, rest: 1 })
    assert.ok(run.steps.every(({ status, error, failures }) => status === 'succeeded' && !error && failures === 0))
    const events = await eventsOf(house(), run)
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    )
    assert.deepEqual(
      events
        .slice(before.length)
        .flatMap(({ type }) => (type.startsWith('run.') && type !== 'run.progress' ? type : [])),
      ['run.retried', 'run.started', 'run.completed'],
    )
    // Whoever had heard all there was hears the rest.
    assert.deepEqual(await eventsOf(house(), run, before.length), events.slice(before.length))
  })

  test('a run that was cancelled in the middle goes on, also when its worker has only just heard of the end', async () => {
    for (let round = 0; round < 3; round++) {
      const held = gate()
      house().play(...planOnly(held.pass))
      const run = await house().start(ANY_SPEC)
      await held.reached
      const cancelled = house().runs.cancel(run.id, run)
      // Not waited for: its worker may hear of the end before, while or after the next attempt begins.
      await until(async () => (await house().runs.get(run.id, run)).status === 'cancelled')
      house().play(...planOnly())
      await house().runs.retry(run.id, run)
      const ended = await house().ended(run)
      await cancelled
      assert.equal(ended.status, 'completed', JSON.stringify(ended))
      assert.equal(
        ended.steps.reduce((sum, { losses }) => sum + losses, 0),
        0,
      )
    }
  })

  test('a run that was cancelled before anything began can be retried', async () => {
    const held = gate(4)
    house().play(part('fetch', held.pass), part('probe'), part('plan'))
    const others = []
    for (let index = 0; index < 4; index++) others.push(await house().start(ANY_SPEC))
    await held.reached
    const run = await house().start(ANY_SPEC)
    assert.equal((await house().runs.cancel(run.id, run)).startedAt, undefined)
    await house().runs.retry(run.id, run)
    held.open()
    for (const each of [...others, run]) assert.equal((await house().ended(each)).status, 'completed')
  })

  test('a retry that fails again ends the run again, and only what has failed is retried', async () => {
    let attempts = 0
    house().play(
      ...planOnly(async () => {
        attempts++
        const details = [{ pointer: '/inputs/0', message: 'is short' }]
        throw new AppError('spec_invalid', 'no', { details })
      }),
    )
    const failed = await house().run(ANY_SPEC)
    await house().runs.retry(failed.id, failed)
    const again = await house().ended(failed)
    assert.deepEqual([again.status, again.error, attempts], ['failed', failed.error, 2])
    const told = (await eventsOf(house(), again)).filter(({ type }) => type === 'step.failed')
    assert.deepEqual(
      told.map(({ data }) => data['details']),
      Array(2).fill([{ pointer: '/inputs/0', message: 'is short' }]),
    )
  })

  test('of two retries at once one counts, and neither an open nor a completed run can be retried', async () => {
    const held = gate()
    house().play(...planOnly(async () => Promise.reject(new AppError('spec_invalid', 'no'))))
    const failed = await house().run(ANY_SPEC)
    house().play(...planOnly(held.pass))
    const both = await Promise.allSettled([0, 1].map(() => house().runs.retry(failed.id, failed)))
    const refused = both.flatMap(result => (result.status === 'rejected' ? result.reason.code : []))
    assert.deepEqual(refused, ['run_not_failed'])
    await held.reached
    await assert.rejects(house().runs.retry(failed.id, failed), { code: 'run_not_failed' })
    held.open()
    assert.equal((await house().ended(failed)).status, 'completed')
    await assert.rejects(house().runs.retry(failed.id, failed), { code: 'run_not_failed' })
    for (const id of [failed.id, 'job_nothing'])
      await assert.rejects(house().runs.retry(id, { owner: 'eve' }), { code: 'run_not_found' })
  })

  test('what an earlier attempt has made is not made again, and is this run’s own work, not a find', async () => {
    await makeClip(house().uploads)
    const spec = {
      inputs: [{ id: 'source', source: 'clip.mp4' }],
      operations: [{ op: 'scale', input: 'source', output: 'small', params: { width: 36, height: 36 } }],
      outputs: [{ id: 'small', destination: 'own.mp4' }],
    }
    const render = house().workshop.kinds.get('render')
    house().play(
      part('render', async (context, params) => {
        await render?.run(params, context)
        throw new AppError('output_rejected', 'too late')
      }),
    )
    const failed = await house().run(spec)
    assert.equal(failed.error?.code, 'output_rejected')
    const commands = house().commands.length
    house().play()
    await house().runs.retry(failed.id, failed)
    const run = await house().ended(failed)
    assert.deepEqual([run.status, run.outputs[0]?.cached], ['completed', false], JSON.stringify(run))
    assert.deepEqual(house().commands.slice(commands), [])
    assert.equal((await house().run(spec)).outputs[0]?.cached, true)
  })

  test('webhooks come again, under new ids', async () => {
    await using receiver = await openReceiver()
    await using _sender = await sendFrom(house())
    house().play(...planOnly(async () => Promise.reject(new AppError('spec_invalid', 'no'))))
    const failed = await house().ended(await startHeard(house(), receiver.url))
    await receiver.until(2)
    house().play(...planOnly())
    await house().runs.retry(failed.id, failed)
    await house().ended(failed)
    const heard = await receiver.until(4)
    assert.deepEqual(
      heard.map(({ type }) => type),
      ['job.started', 'job.failed', 'job.started', 'job.completed'],
    )
    assert.equal(new Set(heard.map(({ id }) => id)).size, 4)
    const { data } = heard[1]?.json ?? assert.fail()
    assert.equal((data['error'] as { code: string }).code, 'spec_invalid')
    assert.equal((await deliveriesOf(house(), failed)).length, 4)
  })
})

async function eventsOf(house: House, { id, owner }: Run, after = 0): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of house.runs.events(id, { owner }, after, AbortSignal.timeout(60_000))) events.push(event)
  return events
}
