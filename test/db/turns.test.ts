// turns: one at a time, in the order in which they came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { openTurns } from '../../src/db/turns.ts'

test('one begins when the one before has ended, also when that one failed', async () => {
  const turns = openTurns()
  const seen: string[] = []
  const work = (name: string) => async () => {
    seen.push(`${name} begins`)
    await soon()
    seen.push(`${name} ends`)
    if (name === 'b') throw new Error('b failed')
  }
  const ended = await Promise.allSettled(['a', 'b', 'c'].map(name => turns.take(work(name))))
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})
