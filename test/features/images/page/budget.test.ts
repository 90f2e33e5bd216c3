// budget: however many jobs are followed, asking how far they are stays below the service's limit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openBudget } from '../../../../src/features/images/page/browser/budget.ts'

test('the first calls go at once, the next waits until the oldest is out of the window', () => {
  const budget = openBudget(3, 60_000)
  assert.deepEqual([0, 10, 20].map(budget.take), [0, 0, 0])
  assert.equal(budget.take(30), 59_970)
  assert.equal(budget.take(40), 59_970, 'it follows the second')
  assert.equal(budget.take(200_000), 0)
})

test('when the service wants none for a while, none is made', () => {
  const budget = openBudget(3, 60_000)
  budget.block(1000, 7000)
  assert.equal(budget.take(2000), 6000)
  assert.equal(budget.take(9000), 0)
})

test('no sequence of calls is more than so many in any window', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), gaps => {
      const budget = openBudget(5, 60_000)
      let nowMs = 0
      const times = gaps.map(gap => {
        nowMs += gap
        return nowMs + budget.take(nowMs)
      })
      const sorted = times.toSorted((a, b) => a - b)
      for (const [index, time] of sorted.entries())
        assert.ok((sorted[index + 5] ?? Number.POSITIVE_INFINITY) - time >= 60_000)
    }),
  )
})
