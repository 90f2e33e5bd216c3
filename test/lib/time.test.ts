// time: every notation names the same microsecond, and what is no time is refused at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromSeconds, parseTime, printSeconds, toSeconds, whole } from '../../src/lib/time.ts'

const MINUTE = 60_000_000
const NOTATIONS: readonly (readonly [written: string | number, micros: number])[] = [
  ['00:01:30', 90_000_000],
  ['00:01:30.5', 90_500_000],
  ['00:00:00.000001', 1],
  ['1:30', 90_000_000],
  ['01:02:03.456', 3_723_456_000],
  ['9999:59:59.999999', 35_999_999_999_999],
  ['90', 90_000_000],
  ['90s', 90_000_000],
  ['1.5', 1_500_000],
  ['0', 0],
  ['PT1M30S', 90_000_000],
  ['PT0.25S', 250_000],
  ['PT0,25S', 250_000],
  ['PT2H', 120 * MINUTE],
  ['P1DT1S', 1440 * MINUTE + 1_000_000],
  ['P1D', 1440 * MINUTE],
  [0, 0],
  [-0, 0],
  [1.5, 1_500_000],
  [0.1 + 0.2, 300_000],
  [1e-6, 1],
  [999_999_999, 999_999_999_000_000],
]

for (const [written, micros] of NOTATIONS) {
  test(`reads ${JSON.stringify(written)} as ${micros} µs`, () => assert.equal(parseTime(written), micros))
}

const REFUSED = [
  ...['', ' ', '1 ', '-1', '+1', '1e3', 'abc', '.5', '1.', '1,5', '0x10', 'Infinity', 'NaN', '١'],
  ...['00:60:00', '00:00:60', '1:2:3:4', ':30', '00:00:-1', '00:00:01.', '00:00:01.1234567', '10000:00:00', '1:00\n'],
  ...['P', 'PT', 'P1DT', 'P1Y', 'P1M', '-PT1S', 'PT1', 'PT1S1M', 'pt1s', 'PT-1S', 'P1H', 'PT1.5M'],
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 1e9, 1e300],
]

for (const written of REFUSED) {
  test(`refuses ${typeof written === 'string' ? JSON.stringify(written) : written}`, () => {
    assert.equal(parseTime(written), undefined)
  })
}

test('refuses long and crafted texts without reading them twice', () => {
  const crafted = [
    '9'.repeat(300),
    `0.${'0'.repeat(300)}`,
    `${'1:'.repeat(150)}x`,
    `PT${'1H'.repeat(150)}`,
    ' '.repeat(1e6),
  ]
  const huge = [...crafted, '9'.repeat(1e6), `P${'T'.repeat(1e6)}`]
  const started = process.cpuUsage()
  for (const text of huge) assert.equal(parseTime(text), undefined)
  // Processor time, not wall time: a busy machine must not fail this.
  assert.ok(process.cpuUsage(started).user < 500_000)
})

const micros = fc.integer({ min: 0, max: 999_999_999_999_999 }).map(whole)

test('what it prints it reads back', () => {
  fc.assert(fc.property(micros, time => parseTime(printSeconds(time)) === time))
})

test('prints no exponent and no trailing zero', () => {
  assert.deepEqual(
    [0, 1, 90_000_000, 1_500_000, -250_000, 100_000_000].map(time => printSeconds(whole(time))),
    [...['0', '0.000001', '90', '1.5', '-0.25', '100']],
  )
  fc.assert(fc.property(micros, time => /^\d+(?:\.\d*[1-9])?$/.test(printSeconds(time))))
})

test('what arithmetic leaves between two microseconds goes to the nearest, and what is no time is refused', () => {
  assert.equal(printSeconds(whole(10_149_575.3)), '10.149575')
  assert.equal(printSeconds(whole(-0.4)), '0')
  for (const none of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) assert.throws(() => whole(none), RangeError)
})

test('seconds as a number and back is the same microsecond', () => {
  fc.assert(fc.property(micros, time => fromSeconds(toSeconds(time)) === time))
  fc.assert(fc.property(micros, time => parseTime(toSeconds(time)) === time))
})

test('the clock, seconds and ISO notations of one time agree', () => {
  const part = (max: number) => fc.integer({ min: 0, max })
  fc.assert(
    fc.property(part(9999), part(59), part(59), part(999_999), (hours, minutes, seconds, fraction) => {
      const decimals = String(fraction).padStart(6, '0')
      const expected = (hours * 3600 + minutes * 60 + seconds) * 1_000_000 + fraction
      assert.equal(parseTime(`${hours}:${minutes}:${seconds}.${decimals}`), expected)
      assert.equal(parseTime(`PT${hours}H${minutes}M${seconds}.${decimals}S`), expected)
      assert.equal(parseTime(`${hours * 3600 + minutes * 60 + seconds}.${decimals}`), expected)
    }),
  )
})

test('any text gives a whole number of microseconds or nothing', () => {
  const alphabet = fc.string({ unit: fc.constantFrom(...'0123456789:.,PTDHMSs-e ') })
  fc.assert(
    fc.property(fc.oneof(alphabet, fc.string()), text => {
      const time = parseTime(text)
      assert.ok(time === undefined || (Number.isSafeInteger(time) && time >= 0))
    }),
  )
})
