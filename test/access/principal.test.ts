// principal: which ids a user may have.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { userId } from '../../src/access/principal.ts'

const GOOD = [
  'user123',
  'a',
  'x'.repeat(128),
  'Ann Lee',
  'ann@example.com',
  '用户',
  'anonymous2',
  'anonym',
  '../up',
  'é',
]

const BAD = ['', ' ', ' a', 'a ', 'x'.repeat(129), 'a\nb', 'a\0b', 'a\u200bb', 'a\u202eb', '\ud800', 'a\u00a0b', 'a\tb']

const ANONYMOUS = [
  'anonymous',
  'Anonymous',
  'ANONYMOUS',
  'ano nymous',
  'anonymоus',
  'аnοnymous',
  'ａｎｏｎｙｍｏｕｓ',
  'ánonymous',
  'an0nymous',
  '𝐚nonymous',
]

for (const id of GOOD) test(`${JSON.stringify(id).slice(0, 40)} may be an id`, () => assert.equal(userId.parse(id), id))

for (const id of BAD)
  test(`${JSON.stringify(id).slice(0, 40)} may not be an id`, () => assert.equal(userId.safeParse(id).success, false))

for (const id of ANONYMOUS)
  test(`${id} would be read as anonymous`, () => {
    assert.match(userId.safeParse(id).error?.message ?? '', /must not look like/)
  })

test('an id without end is refused at once', () => {
  const startedMs = performance.now()
  for (const letter of ['a', ' ', '\u0301', 'о']) userId.safeParse(letter.repeat(65_536))
  assert.ok(performance.now() - startedMs < 1000)
})
