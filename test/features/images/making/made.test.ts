// made.test: what goes wrong on our side with what is made is never a new order: it is had again from where it lies, or it ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterMade } from '../../../../src/features/images/making/made.ts'
import { AppError } from '../../../../src/lib/errors.ts'

async function failing(keptBy: 'vendor' | 'nobody', thrown: unknown, times = Number.POSITIVE_INFINITY) {
  let tries = 0
  const outcome = await afterMade('Painter', { keptBy }, AbortSignal.timeout(30_000), async () => {
    if (++tries <= times) throw thrown
    return 'kept'
  }).catch((error: AppError) => error)
  return { tries, outcome }
}

test('what the vendor keeps is left to the next attempt, which finds the notes', async () => {
  const { tries, outcome } = await failing('vendor', new AppError('disk_full', 'no space'))
  assert.ok(outcome instanceof AppError)
  assert.deepEqual([tries, outcome.code, outcome.message], [1, 'unavailable', 'no space'])
})

test('what only we have is tried again here, and then it is the end', async () => {
  assert.deepEqual(await failing('nobody', new AppError('disk_full', 'no space'), 1), { tries: 2, outcome: 'kept' })
  const { tries, outcome } = await failing('nobody', new Error('no space'))
  assert.ok(outcome instanceof AppError)
  assert.deepEqual([tries, outcome.code, outcome.retry], [3, 'provider_unreadable', false])
  assert.match(
    outcome.message,
    /^Painter API error: the pictures were made, and could not be kept: .*not ordered again$/,
  )
})

test('what cannot go better is thrown as it is, and whoever stops is not kept waiting', async () => {
  const stale = new AppError('attempt_stale', 'somebody else has it')
  assert.deepEqual(await failing('nobody', stale), { tries: 1, outcome: stale })
  const reason = new AppError('worker_stopping', 'Stopping')
  const stopped = afterMade('Painter', { keptBy: 'nobody' }, AbortSignal.abort(reason), async () => {
    throw new Error('broken off')
  })
  await assert.rejects(stopped, reason)
})
