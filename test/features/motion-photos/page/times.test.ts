// times: what people write is read, what is read is written the same, and what nobody means is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clockText, readTime, spokenText } from '../../../../src/features/motion-photos/page/browser/times.ts'

const READ: readonly [string, number | undefined][] = [
  ['1.5', 1.5],
  ['1,5', 1.5],
  ['.5', 0.5],
  ['0:01.5', 1.5],
  [' 1:02:03.25 ', 3723.25],
  ['75', 75],
  ['75 s', 75],
  ['90:00', 5400],
  ['1:75', undefined],
  ['1:60:00', undefined],
  ['', undefined],
  ['.', undefined],
  ['1:', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['one', undefined],
  ['1.5.2', undefined],
]

for (const [written, seconds] of READ)
  test(`${JSON.stringify(written)} is ${seconds ?? 'no time'}`, () => assert.equal(readTime(written), seconds))

test('every millisecond that is shown is read as the same one', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 40_000_000 }), ms => readTime(clockText(ms / 1000)) === ms / 1000))
})

test('times are short where they can be, and said in words', () => {
  assert.deepEqual([0, 1.5, 61.02, 59.9996, 3723.456].map(clockText), [
    ...['0:00.0', '0:01.5', '1:01.02'],
    ...['1:00.0', '1:02:03.456'],
  ])
  assert.deepEqual([0.601, 62].map(spokenText), ['0.601 seconds', '1 minute 2.0 seconds'])
})
