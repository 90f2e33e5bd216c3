// attempts.test: an attempt hears that it has to stop, also when the news was there before it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { openAttempts } from '../../src/runs/attempts.ts'

const claim = (runId: string, attempt = 1) => ({ stepId: `step of ${runId}`, runId, attempt })

test('the end of a run stops its attempts and no others', () => {
  const attempts = openAttempts()
  using one = attempts.begin(claim('one'), 3)
  using other = attempts.begin(claim('other'), 3)
  attempts.stopRun('one', 4)
  assert.deepEqual([one.signal.reason?.code, other.signal.aborted], ['cancelled', false])
})

test('a run that ends while its step is being claimed stops the attempt from the beginning', () => {
  const attempts = openAttempts()
  attempts.stopRun('one', 4)
  using attempt = attempts.begin(claim('one'), 3)
  assert.equal(attempt.signal.reason?.code, 'cancelled')
})

test('an end that a retry has undone stops nothing that was claimed after it, however late the news comes', () => {
  const attempts = openAttempts()
  using early = attempts.begin(claim('one', 2), 9)
  attempts.stopRun('one', 4)
  using late = attempts.begin(claim('one', 3), 12)
  assert.deepEqual([early.signal.aborted, late.signal.aborted], [false, false])
  attempts.stopRun('one', 10)
  assert.deepEqual([early.signal.aborted, late.signal.aborted], [true, false])
})

test('not every run that ever ended is remembered', () => {
  const attempts = openAttempts()
  for (let index = 0; index < 5000; index++) attempts.stopRun(`run ${index}`, 4)
  using long = attempts.begin(claim('run 0'), 3)
  using just = attempts.begin(claim('run 4999'), 3)
  assert.deepEqual([long.signal.aborted, just.signal.aborted], [false, true])
})

test('a step that is claimed while everything stops is handed back', () => {
  const attempts = openAttempts()
  using before = attempts.begin(claim('one'), 3)
  attempts.stopAll()
  using after = attempts.begin(claim('other'), 3)
  assert.deepEqual([before.signal.reason?.code, after.signal.reason?.code], ['worker_stopping', 'worker_stopping'])
})

test('one attempt can be stopped for a reason of its own, and one that is over cannot', () => {
  const attempts = openAttempts()
  const mine = claim('one')
  const attempt = attempts.begin(mine, 3)
  assert.deepEqual(attempts.runs(), ['one'])
  attempts.stop(mine, new AppError('attempt_stale', 'over'))
  assert.equal(attempt.signal.reason?.code, 'attempt_stale')
  attempt[Symbol.dispose]()
  assert.deepEqual(attempts.runs(), [])
  attempts.stop(mine, new AppError('attempt_stale', 'over'))
})
