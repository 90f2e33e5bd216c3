// attempts.test: an attempt hears that it has to stop, also when the news was there before it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { openAttempts } from '../../src/runs/attempts.ts'

const claim = (runId: string, attempt = 1) => ({ stepId: `step of ${runId}`, runId, attempt })

test('the end of a run stops its attempts and no others', () => {
  const attempts = openAttempts()
  using one = attempts.begin(claim('one'))
  using other = attempts.begin(claim('other'))
  attempts.stopRun('one')
  assert.deepEqual([one.signal.reason?.code, other.signal.aborted], ['cancelled', false])
})

test('a run that ends while its step is being claimed stops the attempt from the beginning', () => {
  const attempts = openAttempts()
  attempts.stopRun('one')
  using attempt = attempts.begin(claim('one'))
  assert.equal(attempt.signal.reason?.code, 'cancelled')
})

test('not every run that ever ended is remembered', () => {
  const attempts = openAttempts()
  for (let index = 0; index < 5000; index++) attempts.stopRun(`run ${index}`)
  using long = attempts.begin(claim('run 0'))
  using just = attempts.begin(claim('run 4999'))
  assert.deepEqual([long.signal.aborted, just.signal.aborted], [false, true])
})

test('a step that is claimed while everything stops is handed back', () => {
  const attempts = openAttempts()
  using before = attempts.begin(claim('one'))
  attempts.stopAll()
  using after = attempts.begin(claim('other'))
  assert.deepEqual([before.signal.reason?.code, after.signal.reason?.code], ['worker_stopping', 'worker_stopping'])
})

test('one attempt can be stopped for a reason of its own, and one that is over cannot', () => {
  const attempts = openAttempts()
  const mine = claim('one')
  const attempt = attempts.begin(mine)
  assert.deepEqual(attempts.runs(), ['one'])
  attempts.stop(mine, new AppError('attempt_stale', 'over'))
  assert.equal(attempt.signal.reason?.code, 'attempt_stale')
  attempt[Symbol.dispose]()
  assert.deepEqual(attempts.runs(), [])
  attempts.stop(mine, new AppError('attempt_stale', 'over'))
})
