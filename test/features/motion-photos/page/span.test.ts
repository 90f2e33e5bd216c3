// span: wherever a hand moves a mark, what comes of it can be asked of the service.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  firstSpan,
  type Mark,
  moveAll,
  moveMark,
  type Span,
  sendMark,
} from '../../../../src/features/motion-photos/page/browser/span.ts'

const MARKS: readonly Mark[] = ['start', 'end', 'cover']

test('the first part is what phones make, or the whole of a shorter clip', () => {
  assert.deepEqual(firstSpan(10.5), { durationS: 10.5, startS: 0, endS: 3, coverS: 1.5 })
  assert.deepEqual(firstSpan(1), { durationS: 1, startS: 0, endS: 1, coverS: 0.5 })
})

test('the ends keep apart, and the still gives way to them', () => {
  const span = { durationS: 10, startS: 2, endS: 5, coverS: 3 }
  assert.deepEqual(moveMark(span, 'start', 9), { ...span, startS: 4.8, coverS: 4.8 })
  assert.deepEqual(moveMark(span, 'end', 2.5), { ...span, endS: 2.5, coverS: 2.499 })
  assert.deepEqual(moveMark(span, 'cover', 9), { ...span, coverS: 4.999 })
})

test('the whole part keeps its length and its still', () => {
  const span = { durationS: 10, startS: 2, endS: 5, coverS: 3 }
  assert.deepEqual(moveAll(span, 4.5), { durationS: 10, startS: 4.5, endS: 7.5, coverS: 5.5 })
  assert.deepEqual(moveAll(span, 99), { durationS: 10, startS: 7, endS: 10, coverS: 8 })
})

test('a time that is typed is meant: where it is beyond another mark, the whole part goes along', () => {
  const span = { durationS: 600, startS: 0, endS: 3, coverS: 1.5 }
  assert.deepEqual(sendMark(span, 'cover', 312.34), { ...span, startS: 310.84, endS: 313.84, coverS: 312.34 })
  assert.deepEqual(sendMark(span, 'start', 599), { ...span, startS: 599, endS: 600, coverS: 599 })
  assert.deepEqual(sendMark({ ...span, startS: 100, endS: 103, coverS: 101 }, 'end', 2), {
    ...{ ...span, endS: 2, coverS: 1 },
  })
  assert.deepEqual(sendMark(span, 'end', 10), { ...span, endS: 10 })
})

test('no sequence of moves leaves the clip, empties the part or loses the still', () => {
  const move = fc.tuple(fc.constantFrom(...MARKS, 'all' as const), fc.double({ min: -100, max: 200, noNaN: true }))
  const durationS = fc.double({ min: 0.04, max: 100, noNaN: true })
  fc.assert(
    fc.property(durationS, fc.array(move), (lengthS, moves) => {
      let span = firstSpan(lengthS)
      for (const [mark, toS] of moves) span = mark === 'all' ? moveAll(span, toS) : moveMark(span, mark, toS)
      checkSpan(span)
    }),
  )
})

function checkSpan({ durationS, startS, endS, coverS }: Span): void {
  // Times are rounded to milliseconds, also the end of a clip.
  assert.ok(startS >= 0 && startS < endS && endS <= durationS + 0.001, JSON.stringify({ durationS, startS, endS }))
  assert.ok(coverS >= startS && coverS < endS, JSON.stringify({ startS, coverS, endS }))
}
