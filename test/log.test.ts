// log: what went wrong is told, and not what it was about.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLine } from '../src/log.ts'
import { forEachDatabase } from './fixtures/databases.ts'

forEachDatabase((_engine, open) => {
  test('an error of the database tells its code, and none of the values that it was given', async () => {
    const db = await open()
    const row = { owner: 'ann', secret: 'whsec_hidden', created_at: 'no time' as unknown as Date }
    const inserting = db.kysely.insertInto('webhook_secrets').values(row).execute()
    const error = await inserting.then(
      () => assert.fail(),
      (thrown: unknown) => thrown,
    )
    for (const thrown of [error, new Error('outer', { cause: error }), new AggregateError([error])]) {
      const line = JSON.stringify(toLine(thrown))
      assert.match(line, /invalid input syntax/)
      assert.doesNotMatch(line, /hidden/)
    }
    assert.equal((toLine(error) as { code: string }).code, '22007')
  })
})

test('what is thrown and is no error is told as text', () => {
  assert.deepEqual(toLine('gone'), { message: 'gone' })
})
