// delays.test: the pauses between attempts grow, differ a little, and heed what the receiver asks for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DELAYS_SECONDS, delaySeconds } from '../../../src/runs/webhooks/delays.ts'

test('ten attempts over three days, and then no more', () => {
  const hours = DELAYS_SECONDS.reduce((sum, seconds) => sum + seconds, 0) / 3600
  assert.ok(hours > 72 && hours < 80, `${hours}`)
  assert.equal(delaySeconds(DELAYS_SECONDS, { failures: 1, chance: 0.5 }), 5)
  assert.equal(delaySeconds(DELAYS_SECONDS, { failures: 9, chance: 0.5 }), 86_400)
  assert.equal(delaySeconds(DELAYS_SECONDS, { failures: 10, chance: 0.5 }), undefined)
})

test('what failed together is not tried together', () => {
  const of = (chance: number) => Math.round(delaySeconds(DELAYS_SECONDS, { failures: 2, chance }) ?? 0)
  assert.deepEqual([of(0), of(0.5), of(1)], [270, 300, 330])
})

test('a receiver may ask for more time, not for less, and not for ever', () => {
  const of = (retryAfterSeconds: number) =>
    delaySeconds(DELAYS_SECONDS, { failures: 1, retryAfterSeconds, chance: 0.5 })
  assert.deepEqual([of(0), of(60), of(10 ** 9)], [5, 60, 86_400])
})
