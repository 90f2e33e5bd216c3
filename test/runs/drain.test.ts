// drain.test: a worker that stops finishes what is short, hands back what is long, and loses nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processesIn, until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { type House, openHouse } from '../fixtures/house.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'

const LONG_SPEC = {
  inputs: [{ id: 'source', source: 'clip.mp4' }],
  operations: [{ op: 'scale', input: 'source', output: 'huge', params: { width: 2048, height: 2048 } }],
  outputs: [
    { id: 'huge', destination: 'huge.mp4', codec: { video: { codec: 'libx264', preset: 'veryslow', crf: 1 } } },
  ],
}

forEachDatabase((_engine, _open, place) => {
  test('a short step is finished, what comes after it is begun by the next worker', async () => {
    const placed = await place()
    const one = await openHouse(placed)
    const held = gate()
    one.play(part('fetch', held.pass), part('probe'), part('plan'))
    const worker = await one.work({ drainSeconds: 60 })
    const run = await one.start(ANY_SPEC)
    await held.reached
    const stopping = worker.stop()
    held.open()
    await stopping
    const { steps } = await one.runs.get(run.id, run)
    assert.deepEqual(
      steps.map(({ status, attempt }) => [status, attempt]),
      [
        ['succeeded', 1],
        ['ready', 0],
        ['waiting', 0],
      ],
    )
    await one.close()
    await using other = await openHouse(placed)
    other.play(...planOnly())
    await other.work()
    assert.equal((await other.ended(run)).status, 'completed')
  })

  test('a long step is handed back: its child is gone, it has not failed, and the next worker does it', async () => {
    const placed = await place()
    const one = await openHouse(placed)
    await makeClip(one.uploads, { seconds: 20 })
    const worker = await one.work()
    const run = await one.start(LONG_SPEC)
    await until(async () => (await processesIn(one.scratch)).length > 0 && (await one.leftovers()).length > 0)
    await worker.stop()
    assert.deepEqual([await processesIn(one.scratch), await one.leftovers()], [[], []])
    const { steps, status } = await one.runs.get(run.id, run)
    const render = steps.find(({ kind }) => kind === 'render')
    assert.deepEqual(
      [status, render?.status, render?.attempt, render?.failures, render?.losses],
      ['processing', 'ready', 1, 0, 0],
    )
    await one.close()
    await using other = await openHouse(placed)
    other.play(part('render'), part('deliver'))
    // Nothing is put right by this worker: what was handed back has been called for.
    await other.work()
    const ended = await other.ended(run)
    assert.deepEqual([ended.status, ended.steps.find(({ kind }) => kind === 'render')?.attempt], ['completed', 2])
  })

  test('heartbeats go on until the last step has ended, however often stop is said', async () => {
    await using house = await openHouse(await place())
    const held = gate()
    house.play(part('fetch', held.pass), part('probe'), part('plan'))
    const worker = await house.work({ heartbeatSeconds: 0.5, drainSeconds: 60 })
    const run = await house.start(ANY_SPEC)
    await held.reached
    const stopping = Promise.all([worker.stop(), worker.stop()])
    const first = await heartbeatOf(house, run.id)
    await until(async () => (await heartbeatOf(house, run.id)) > first)
    held.open()
    await stopping
    await worker.stop()
    assert.equal((await house.runs.get(run.id, run)).steps[0]?.status, 'succeeded')
    assert.deepEqual(house.errors, [])
  })
})

async function heartbeatOf({ db }: House, runId: string): Promise<number> {
  const { rows } = await db.execute(`select heartbeat_at from steps where run_id = $1 and status = 'running'`, [runId])
  return Number(rows[0]?.['heartbeat_at'])
}
