// priority.test: a priority puts a run before its owner's others, and lets nobody's flood hold up somebody else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSteps } from '../../src/runs/steps/graph.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { openHouse } from '../fixtures/house.ts'
import { ANY_SPEC, part } from '../fixtures/steps.ts'

forEachDatabase((_engine, _open, place) => {
  test('an urgent run overtakes its owner’s waiting ones; a second one does not overtake another owner’s first', async () => {
    await using house = await openHouse(await place())
    const order: string[] = []
    const names = new Map<string, string>()
    house.play(
      part('fetch', async ({ runId }) => {
        order.push(names.get(runId) ?? '')
        return undefined
      }),
      part('probe'),
      part('plan'),
    )
    const start = async (name: string, owner: string, priority: number) => {
      const { graph, warnings } = house.runs.check(ANY_SPEC)
      assert.ok(graph)
      const draft = {
        door: 'pipelines',
        prefix: 'job',
        owner,
        request: {},
        steps: graphSteps(graph),
        warnings,
        priority,
      }
      const run = await house.runs.start(draft)
      names.set(run.id, name)
      assert.equal(run.priority, priority)
      return run
    }
    const runs = [
      await start('first', 'ann', 0),
      await start('second', 'ann', 0),
      await start('whenever', 'ann', -10),
      await start('other', 'bob', 0),
      await start('urgent', 'ann', 10),
      await start('urgent, too', 'ann', 10),
    ]
    await house.work({ concurrency: { cpu: 1, transfer: 1, quick: 4, interactive: 1, provider: 1 } })
    for (const run of runs) await house.ended(run)
    const at = (name: string) => order.indexOf(name)
    assert.equal(order.length, runs.length)
    assert.ok(at('urgent') < at('first') && at('urgent, too') < at('second'), order.join())
    assert.ok(at('other') < at('urgent, too') && at('other') < at('second'), order.join())
    assert.equal(at('whenever'), order.length - 1, order.join())
  })
})
