// through-door.test: through a door only its own runs are seen, and nothing can be done to others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsThroughDoor, webhooksThroughDoor } from '../../src/runs/through-door.ts'
import { openWebhooks } from '../../src/runs/webhooks/open.ts'
import { forEachHouse } from '../fixtures/house.ts'
import { ANY_SPEC, gate, planOnly } from '../fixtures/steps.ts'
import { FETCHER } from './webhooks/sending.ts'

forEachHouse(house => {
  test('a run of another door is not there, also for whoever sees all', async () => {
    const held = gate()
    house().play(...planOnly(held.pass))
    const run = await house().start(ANY_SPEC)
    await held.reached
    const signal = AbortSignal.timeout(10_000)
    for (const viewer of [{ owner: 'ann' }, { owner: 'admin', seesAll: true }]) {
      const elsewhere = runsThroughDoor('images', house().runs)
      const webhooks = webhooksThroughDoor('images', openWebhooks(house().db, FETCHER))
      for (const [name, look] of Object.entries({
        get: () => elsewhere.get(run.id, viewer),
        cancel: () => elsewhere.cancel(run.id, viewer),
        retry: () => elsewhere.retry(run.id, viewer),
        ended: () => elsewhere.ended(run.id, viewer, signal),
        events: () => Array.fromAsync(elsewhere.events(run.id, viewer, 0, signal)),
        deliveries: () => webhooks.deliveries(run.id, viewer),
        redeliver: () => webhooks.redeliver(run.id, 'evt_1', viewer),
      }))
        await assert.rejects(look(), { code: 'run_not_found', message: `Job ${run.id} not found` }, name)
      const here = runsThroughDoor('pipelines', house().runs)
      assert.equal((await here.get(run.id, viewer)).status, 'processing')
    }
    held.open()
    assert.equal((await house().ended(run)).status, 'completed')
  })
})
