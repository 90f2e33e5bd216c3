// view: wherever one zooms and goes, the timeline shows a part of the clip, and what one looks at stays in sight.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  firstView,
  isNearest,
  isWhole,
  panned,
  revealing,
  type View,
  zoomed,
} from '../../../../src/features/motion-photos/page/browser/view.ts'

test('a short clip is shown whole, a long one where its part is', () => {
  assert.deepEqual(firstView(12.3, 1.5), { durationS: 12.3, fromS: 0, toS: 12.3 })
  assert.deepEqual(firstView(600, 1.5), { durationS: 600, fromS: 0, toS: 15 })
})

test('what is looked at stays in its place while one comes nearer', () => {
  const view = zoomed({ durationS: 600, fromS: 0, toS: 600 }, 10, 150)
  assert.deepEqual(view, { durationS: 600, fromS: 135, toS: 195 })
})

test('no sequence of steps leaves the clip, and what is revealed is in sight', () => {
  const durations = fc.double({ min: 0.04, max: 36_000, noNaN: true })
  const step = fc.tuple(fc.constantFrom('zoom', 'pan', 'reveal'), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(durations, fc.array(step), (durationS, steps) => {
      let view = firstView(durationS, 0)
      for (const [kind, at] of steps) {
        const atS = at * durationS
        if (kind === 'zoom') view = zoomed(view, 4 ** (2 * at - 1), atS)
        else view = kind === 'pan' ? panned(view, atS) : revealing(view, atS)
        check(view)
        if (kind === 'reveal') assert.ok(atS >= view.fromS - 1e-6 && atS <= view.toS + 1e-6)
      }
    }),
  )
})

test('the nearest is near enough for single frames, and the farthest is all of it', () => {
  const nearest = Array.from({ length: 12 }).reduce<View>(view => zoomed(view, 2, 312.34), firstView(600, 312.34))
  assert.ok(isNearest(nearest) && nearest.toS - nearest.fromS <= 0.5 + 1e-9)
  assert.ok(isWhole(zoomed(nearest, 0, 0)))
})

function check({ durationS, fromS, toS }: View): void {
  assert.ok(fromS >= 0 && fromS < toS && toS <= durationS + 1e-6, JSON.stringify({ durationS, fromS, toS }))
}
