// canonical-json: equal values have one spelling and one digest, unequal values have two.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, digestOf } from '../../src/lib/canonical-json.ts'

test('sorts keys at every depth and leaves out spaces and undefined members', () => {
  const value = { b: [{ d: 1, c: 'x' }, undefined], a: { z: null, y: undefined }, 10: true, 9: false }
  assert.equal(canonicalJson(value), '{"10":true,"9":false,"a":{"z":null},"b":[{"c":"x","d":1},null]}')
})

test('sorts by UTF-16 code units and writes numbers as RFC 8785 shows', () => {
  const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u00f6': 6 }
  assert.equal(canonicalJson(keys), '{"\\r":2,"1":4,"\u00f6":6,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}')
  assert.equal(canonicalJson([1e30, 4.5, 2e-3, 1e-27, -0, 1 / 3]), '[1e+30,4.5,0.002,1e-27,0,0.3333333333333333]')
})

test('is JSON that means the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value =>
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value))),
    ),
  )
})

test('does not depend on the order of members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      const turned = Object.fromEntries(Object.entries(value).reverse())
      assert.equal(canonicalJson(turned), canonicalJson(value))
    }),
  )
})

test('a date is what JSON makes of it, so that two dates differ', () => {
  assert.equal(canonicalJson({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00.000Z"}')
})

test('refuses what JSON would flatten to the same nothing', () => {
  for (const value of [new Map([['a', 1]]), new Set([1]), new Uint8Array(1), /a/, 1n]) {
    assert.throws(() => canonicalJson({ value }), TypeError)
  }
})

test('a digest is sha256 in hex, and moves with every change', () => {
  assert.equal(digestOf({}), '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
  assert.equal(digestOf({ a: 1, b: 2 }), digestOf({ b: 2, a: 1 }))
  assert.equal(new Set([{ a: 1 }, { a: '1' }, { a: [1] }, { a: null }, {}, [], null].map(digestOf)).size, 7)
})
