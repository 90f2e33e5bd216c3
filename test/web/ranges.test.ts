// ranges: which part of a file a Range header asks for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Part, readRange } from '../../src/web/ranges.ts'

const RANGES: readonly [string, Part | 'none' | undefined][] = [
  ['bytes=0-', { start: 0, end: 9 }],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-5', { start: 2, end: 5 }],
  ['bytes=9-9', { start: 9, end: 9 }],
  ['bytes=2-99999', { start: 2, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-99999', { start: 0, end: 9 }],
  [' Bytes = 1-2 ', { start: 1, end: 2 }],
  ['bytes=10-', 'none'],
  ['bytes=99-100', 'none'],
  ['bytes=-0', 'none'],
  ['bytes=5-2', undefined],
  ['bytes=-', undefined],
  ['bytes=a-b', undefined],
  ['bytes=1-2,4-5', undefined],
  ['items=0-1', undefined],
  ['bytes=--1', undefined],
  ['bytes=0x1-2', undefined],
  ['bytes=1-2; evil', undefined],
  [`bytes=${'9'.repeat(400)}-`, undefined],
  ['', undefined],
]

for (const [header, expected] of RANGES)
  test(`of ten bytes, "${header.slice(0, 40)}" asks for ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(readRange(header, 10), expected)
  })

test('an empty file has no part', () => {
  assert.equal(readRange('bytes=0-', 0), 'none')
  assert.equal(readRange('bytes=-1', 0), 'none')
})
