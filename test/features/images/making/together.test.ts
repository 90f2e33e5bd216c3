// together: what is worked on side by side ends together, however it ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { together } from '../../../../src/features/images/making/together.ts'

const NEVER = new AbortController().signal

test('results stand in the order of what they are of', async () => {
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>())
  const working = together([0, 1, 2], NEVER, async (item, _signal, index) => {
    await gates[index]?.promise
    return item * 10
  })
  for (const { resolve } of gates.toReversed()) resolve()
  assert.deepEqual(await working, [0, 10, 20])
})

test('one that fails ends the others, and is told when they have ended', async () => {
  const ended: string[] = []
  const broken = new Error('broken')
  const working = together(['slow', 'broken'], NEVER, async (item, signal) => {
    if (item === 'broken') throw broken
    const { promise, resolve } = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => setImmediate(resolve))
    await promise
    ended.push(item)
    throw new Error('ended by another')
  })
  await assert.rejects(working, broken)
  assert.deepEqual(ended, ['slow'])
})

test('whoever ends the whole ends every piece', async () => {
  const reason = new Error('nobody wants it')
  const controller = new AbortController()
  const working = together([1, 2], controller.signal, async (_item, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => resolve())
    await promise
    signal.throwIfAborted()
  })
  controller.abort(reason)
  await assert.rejects(working, reason)
})
