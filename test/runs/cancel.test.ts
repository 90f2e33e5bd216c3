// cancel.test: cancelled means stopped: no child, no scratch, and no word from the attempt afterwards.
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { toAppError } from '../../src/lib/errors.ts'
import type { Run } from '../../src/runs/run.ts'
import { processesIn, until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachHouse, type House } from '../fixtures/house.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'

/** Minutes of work for any machine. */
const LONG_SPEC = {
  inputs: [{ id: 'source', source: 'clip.mp4' }],
  operations: [{ op: 'scale', input: 'source', output: 'huge', params: { width: 2048, height: 2048 } }],
  outputs: [
    { id: 'huge', destination: 'huge.mp4', codec: { video: { codec: 'libx264', preset: 'veryslow', crf: 1 } } },
  ],
}

forEachHouse(house => {
  test('when cancel answers, the encoder is gone, its scratch is empty and nothing is delivered', async () => {
    await makeClip(house().uploads, { seconds: 20 })
    const run = await house().start(LONG_SPEC)
    await until(async () => (await encodersOf(house())).length > 0 && (await house().leftovers()).length > 0)
    const cancelled = await house().runs.cancel(run.id, run)
    assert.deepEqual([cancelled.status, await encodersOf(house()), await house().leftovers()], ['cancelled', [], []])
    assert.deepEqual(await readdir(house().output), [])
    assert.deepEqual(
      cancelled.steps.map(({ status }) => status),
      ['succeeded', 'succeeded', 'succeeded', 'cancelled', 'cancelled'],
    )
  })

  test('a cancelled run can be cancelled no more, nor can one that has completed', async () => {
    const held = gate()
    house().play(...planOnly(held.pass))
    const run = await house().start(ANY_SPEC)
    await held.reached
    const again = () => house().runs.cancel(run.id, run)
    const answers = await Promise.allSettled([again(), again()])
    assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    await assert.rejects(again(), { code: 'run_terminal' })
    house().play(...planOnly())
    const { id, owner } = await house().run(ANY_SPEC)
    await assert.rejects(house().runs.cancel(id, { owner }), { code: 'run_terminal' })
  })

  test('cancel waits until the work has really stopped', async () => {
    const held = gate()
    const ending = gate()
    let stopped = false
    house().play(
      ...planOnly(async context => {
        await held.pass(context).catch(() => ending.pass({ ...context, signal: new AbortController().signal }))
        stopped = true
        throw context.signal.reason
      }),
    )
    const run = await house().start(ANY_SPEC)
    await held.reached
    const cancelling = house().runs.cancel(run.id, run)
    await ending.reached
    assert.equal((await house().runs.get(run.id, run)).status, 'cancelled')
    assert.equal(stopped, false)
    ending.open()
    await cancelling
    assert.equal(stopped, true)
  })

  test('an attempt that does not hear of it changes nothing any more', async () => {
    const held = gate()
    house().play(
      ...planOnly(async context => {
        await held.pass({ ...context, signal: new AbortController().signal })
        context.progress(0.9)
        await assert.rejects(context.assertMine(), { code: 'attempt_stale' })
        return { steps: [{ ...STEP, name: 'more' }], warnings: [{ pointer: '', message: 'too late' }], outputs: [] }
      }),
      part('more'),
    )
    const run = await house().start(ANY_SPEC)
    await held.reached
    const cancelling = house().runs.cancel(run.id, run)
    await until(async () => (await house().runs.get(run.id, run)).status === 'cancelled')
    const before = await house().runs.get(run.id, run)
    held.open()
    await cancelling
    assert.deepEqual(withoutTimes(await house().runs.get(run.id, run)), withoutTimes(before))
    const events = await Array.fromAsync(house().runs.events(run.id, run, 0, AbortSignal.timeout(5000)))
    assert.equal(events.at(-1)?.type, 'run.cancelled')
  })

  test('cancelling against completing: one of them wins, and there is one end', async () => {
    house().play(...planOnly())
    for (let round = 0; round < 20; round++) {
      const run = await house().start(ANY_SPEC)
      await new Promise(resolve => setTimeout(resolve, round * 2))
      const refused = await house()
        .runs.cancel(run.id, run)
        .then(() => undefined, toAppError)
      const { status } = await house().ended(run)
      assert.deepEqual([status, refused?.code], refused ? ['completed', 'run_terminal'] : ['cancelled', undefined])
      const events = await Array.fromAsync(house().runs.events(run.id, run, 0, AbortSignal.timeout(5000)))
      const ends = events.filter(({ type }) => /^run\.(completed|failed|cancelled)$/.test(type))
      assert.deepEqual([ends.length, events.at(-1)], [1, ends[0]])
    }
  })

  test('a run that nobody has begun is cancelled at once, and is not begun later', async () => {
    // As many as fetch at once.
    const held = gate(4)
    house().play(part('fetch', held.pass), part('probe'), part('plan'))
    const many = await Promise.all(Array.from({ length: 10 }, () => house().start(ANY_SPEC, 'ann')))
    await held.reached
    const pending = await Promise.all(many.map(({ id, owner }) => house().runs.get(id, { owner })))
    const waiting = pending.find(({ status }) => status === 'pending') ?? assert.fail('all were begun at once')
    assert.equal((await house().runs.cancel(waiting.id, waiting)).status, 'cancelled')
    held.open()
    for (const run of many) await house().ended(run)
    const { steps, startedAt } = await house().runs.get(waiting.id, waiting)
    assert.deepEqual([startedAt, steps.map(({ attempt }) => attempt)], [undefined, [0, 0, 0]])
  })
})

const STEP = { kind: 'more', queue: 'quick', params: {}, needs: ['plan'], weight: 95 } as const

async function encodersOf({ scratch }: House): Promise<string[]> {
  return await processesIn(join(scratch))
}

function withoutTimes({ updatedAt: _, ...run }: Run): object {
  return run
}
