// ids: names that nobody can guess, spell wrongly, or break a URL with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../src/lib/ids.ts'

test('an id is its prefix and 24 characters that cannot be mistaken for one another', () => {
  assert.match(newId('job'), /^job_[0-9abcdefghjkmnpqrstvwxyz]{24}$/)
})

test('no two ids are the same, and every character is used', () => {
  const ids = Array.from({ length: 2_000 }, () => newId('x'))
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(new Set(ids.flatMap(id => [...id.slice(2)])).size, 32)
})
