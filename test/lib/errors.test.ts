// errors: a code says what happened, to the caller as a status and to the engine as whether to try again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, isErrno, toAppError } from '../../src/lib/errors.ts'

test('an error knows its code, status, faults and cause', () => {
  const cause = new Error('inner')
  const details = [{ pointer: '/inputs/0', message: 'must be a string' }]
  const error = new AppError('spec_invalid', 'The spec has 1 fault', { cause, details })
  assert.ok(error instanceof Error)
  assert.deepEqual([error.name, error.code, error.status, error.retry], ['AppError', 'spec_invalid', 400, false])
  assert.deepEqual([error.message, error.details, error.cause], ['The spec has 1 fault', details, cause])
})

test('an error without faults has an empty list of them', () => {
  assert.deepEqual(new AppError('not_found', 'No such run').details, [])
})

test('what may go better next time says so', () => {
  assert.ok(new AppError('disk_full', 'There is no space left').retry)
  assert.ok(!new AppError('cancelled', 'The run was cancelled').retry)
})

test('an error of ours passes unchanged', () => {
  const error = new AppError('media_damaged', 'No frame can be decoded')
  assert.equal(toAppError(error), error)
})

test('a full disk is recognised whoever met it', () => {
  const thrown = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  assert.deepEqual([toAppError(thrown).code, toAppError(thrown).cause], ['disk_full', thrown])
})

test('anything else becomes internal, keeps its cause and tells nobody what it was', () => {
  for (const thrown of [new Error('secret detail'), 'secret detail', undefined, { code: 'ENOSPC' }]) {
    const error = toAppError(thrown)
    assert.deepEqual([error.code, error.status, error.cause], ['internal', 500, thrown])
    assert.doesNotMatch(error.message, /secret/)
  }
})

test('a system error is told by its code', () => {
  const thrown = Object.assign(new Error('missing'), { code: 'ENOENT' })
  assert.ok(isErrno(thrown, 'ENOENT'))
  assert.ok(!isErrno(thrown, 'EACCES'))
  assert.ok(!isErrno({ code: 'ENOENT' }, 'ENOENT'))
  assert.ok(!isErrno(null, 'ENOENT'))
})
