// fairness.test: whoever sends thirty runs waits for their own thirty, and nobody else does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepContext } from '../../src/runs/steps/contract.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { type House, openHouse } from '../fixtures/house.ts'
import { ANY_SPEC, part } from '../fixtures/steps.ts'

forEachDatabase((_engine, _open, place) => {
  test('thirty waiting runs of one owner do not hold up the one of another', async () => {
    await using house = await openHouse(await place())
    const fetched = playOneAfterTheOther(house)
    const mine = []
    for (let index = 0; index < 30; index++) mine.push(await house.start(ANY_SPEC, 'ann'))
    const theirs = await house.start(ANY_SPEC, 'bob')
    await house.work({ concurrency: { cpu: 1, transfer: 1, quick: 4, interactive: 1, provider: 1 } })
    for (const run of [...mine, theirs]) assert.equal((await house.ended(run)).status, 'completed')
    const order = fetched.map(({ runId }) => runId)
    assert.equal(order.indexOf(theirs.id), 1)
    // And an owner's own runs in the order they came.
    assert.deepEqual(
      order.filter(id => id !== theirs.id),
      mine.map(({ id }) => id),
    )
  })

  test('the sources of one large run do not all go before those of another owner', async () => {
    await using house = await openHouse(await place())
    const fetched = playOneAfterTheOther(house)
    const inputs = ['a', 'b', 'c', 'd'].map(id => ({ id, source: `${id}.mp4` }))
    const outputs = inputs.map(({ id }) => ({ id, destination: `${id}-copy.mp4` }))
    const large = await house.start({ inputs, outputs }, 'ann')
    const small = await house.start(ANY_SPEC, 'bob')
    await house.work({ concurrency: { cpu: 1, transfer: 1, quick: 4, interactive: 1, provider: 1 } })
    for (const run of [large, small]) await house.ended(run)
    assert.equal(fetched.map(({ runId }) => runId).indexOf(small.id), 1)
  })
})

function playOneAfterTheOther(house: House): StepContext[] {
  const fetched: StepContext[] = []
  house.play(
    part('fetch', async context => {
      fetched.push(context)
      return undefined
    }),
    part('probe'),
    part('plan'),
  )
  return fetched
}
