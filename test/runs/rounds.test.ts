// rounds.test: whoever could not reach the database takes nobody for dead, until all have had the time to be heard.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimStep } from '../../src/runs/claim.ts'
import { openRounds } from '../../src/runs/rounds.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { type House, openHouse } from '../fixtures/house.ts'
import { ANY_SPEC } from '../fixtures/steps.ts'

forEachDatabase((_engine, _open, place) => {
  test('a step that has been silent for three heartbeats is lost', async () => {
    await using house = await openHouse(await place())
    const losses = await silentStep(house)
    const { beat, tidy } = openRounds(house.workshop, 60)
    await beat()
    await tidy()
    assert.equal(await losses(), 1)
  })

  test('a step that has been silent for less is not', async () => {
    await using house = await openHouse(await place())
    const losses = await silentStep(house, '170 seconds')
    const { beat, tidy } = openRounds(house.workshop, 60)
    await beat()
    await tidy()
    assert.equal(await losses(), 0)
  })

  test('after the database was away three heartbeats pass before a step is lost', async () => {
    await using house = await openHouse(await place())
    const losses = await silentStep(house)
    let away = true
    const waiting = () => (away ? Promise.reject(new Error('away')) : house.queue.waiting())
    const { beat, tidy } = openRounds({ ...house.workshop, queue: { ...house.queue, waiting } }, 60)
    await tidy()
    away = false
    for (const expected of [0, 0, 1]) {
      await beat()
      await tidy()
      assert.equal(await losses(), expected)
    }
  })
})

/** A run whose first step was claimed by a worker that fell silent; answers how often it was lost. */
async function silentStep(house: House, silence = '200 seconds'): Promise<() => Promise<number | undefined>> {
  const run = await house.start(ANY_SPEC)
  const { id } = await house.db.kysely
    .selectFrom('steps')
    .select('id')
    .where('run_id', '=', run.id)
    .where('position', '=', 0)
    .executeTakeFirstOrThrow()
  await claimStep(house.db, id, { worker: 'zombie', kinds: ['fetch'] })
  await house.db.execute('update steps set heartbeat_at = now() - $1::interval where id = $2', [silence, id])
  return async () => (await house.runs.get(run.id, run)).steps[0]?.losses
}
