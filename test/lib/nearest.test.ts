// nearest: what a mistyped name is taken for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../../src/lib/nearest.ts'

const KNOWN = ['trim', 'scale', 'concat', 'overlay', 'volume', 'fps']
const TABLE: readonly [string, string | undefined][] = [
  ['scael', 'scale'],
  ['scal', 'scale'],
  ['Scale', 'scale'],
  ['overlai', 'overlay'],
  ['fp', 'fps'],
  ['explode', undefined],
  ['', undefined],
  ['s'.repeat(100_000), undefined],
]

for (const [word, expected] of TABLE)
  test(`"${word.slice(0, 10)}" is taken for ${expected ?? 'nothing we know'}`, () => {
    assert.equal(nearest(word, KNOWN), expected)
  })
