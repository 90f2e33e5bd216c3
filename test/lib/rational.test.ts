// rational: fractions stay exact, in lowest terms, and positive.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRational, printRational, rational, toNumber } from '../../src/lib/rational.ts'

const READ: readonly (readonly [text: string, num: number, den: number])[] = [
  ['30', 30, 1],
  ['29.97', 2997, 100],
  ['30000/1001', 30000, 1001],
  ['16:9', 16, 9],
  ['1920/1080', 16, 9],
  ['0.5', 1, 2],
  ['0.000001', 1, 1_000_000],
  ['999999999.999999/999999999', 1_001_001_001_001, 1_001_001_000_000],
]

for (const [text, num, den] of READ) {
  test(`reads ${text} as ${num}/${den}`, () => assert.deepEqual(parseRational(text), { num, den }))
}

for (const text of [
  '',
  '0',
  '0/1',
  '1/0',
  '0.0',
  '-1',
  '1/-1',
  '1e3',
  '1/2/3',
  '16:9:1',
  '.5',
  '1.',
  '1/2.5',
  ' 1',
  '1\n',
  'N/A',
  '9'.repeat(300),
]) {
  test(`refuses ${JSON.stringify(text.slice(0, 12))}`, () => assert.equal(parseRational(text), undefined))
}

test('refuses what is not a positive ratio of whole numbers', () => {
  for (const [num, den] of [
    [0, 1],
    [1, 0],
    [-1, 1],
    [1, -1],
    [1.5, 1],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
    [2 ** 53, 1],
  ] as const)
    assert.throws(() => rational(num, den), RangeError)
})

const whole = fc.integer({ min: 1, max: 999_999_999 })

test('what it prints it reads back', () => {
  fc.assert(
    fc.property(whole, whole, (num, den) =>
      assert.deepEqual(parseRational(printRational(rational(num, den))), rational(num, den)),
    ),
  )
})

test('multiplying both sides changes nothing', () => {
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 9_000 }), (num, den, factor) =>
      assert.deepEqual(rational(num * factor, den * factor), rational(num, den)),
    ),
  )
})

test('as a number it is the quotient', () => {
  assert.equal(toNumber(rational(30000, 1001)), 30000 / 1001)
  fc.assert(fc.property(whole, whole, (num, den) => toNumber(rational(num, den)) === num / den))
})
