// turns: one at a time, in the order in which they came; work in the background lets others go first, for a while.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { openTurns } from '../../src/db/turns.ts'

const clock = { ms: 0 }
const open = () => openTurns(() => clock.ms)

test('one begins when the one before has ended, also when that one failed', async () => {
  const turns = open()
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

test('what is patient lets go first who came later', async () => {
  assert.deepEqual(await orderOf(['patient 1', 'caller 1', 'patient 2', 'caller 2'], 0), [
    ...['caller 1', 'caller 2'],
    ...['patient 1', 'patient 2'],
  ])
})

test('what has been patient for long enough goes first', async () => {
  assert.deepEqual(await orderOf(['patient 1', 'caller 1', 'patient 2', 'caller 2'], 60), [
    ...['patient 1', 'patient 2'],
    ...['caller 1', 'caller 2'],
  ])
})

test('patience lasts as long as the work that was begun with it, and no longer', async () => {
  const turns = open()
  const end = await turns.begin()
  const seen: string[] = []
  const take = (name: string) => turns.take(async () => void seen.push(name))
  const patient = turns.patiently(async () => {
    await soon()
    await take('patient')
  })
  await soon()
  const caller = take('caller')
  end()
  await Promise.all([patient, caller])
  assert.deepEqual(seen, ['caller', 'patient'])
})

/** Who gets a turn when, of those who came in this order while another one had it for so long. */
async function orderOf(names: readonly string[], heldMs: number): Promise<string[]> {
  const turns = open()
  const end = await turns.begin()
  const seen: string[] = []
  const waiting = names.map(name => {
    const take = () => turns.take(async () => void seen.push(name))
    return name.startsWith('patient') ? turns.patiently(take) : take()
  })
  clock.ms += heldMs
  end()
  await Promise.all(waiting)
  return seen
}
