// authentication: who is let in, in the document's words, on every route that there is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRuns } from './fake-runs.ts'
import { openDoor } from './open-door.ts'

const NONE = 'Unauthorized: No valid authentication provided'
const TOKEN = 'Unauthorized: Invalid or expired token'
const KEY = 'Unauthorized: Invalid or revoked API key'

const CALLS: readonly [string, Record<string, string>, string | undefined, string][] = [
  ['without credentials', {}, undefined, NONE],
  ['with a token', { authorization: 'Bearer invalid-token' }, TOKEN, TOKEN],
  ['with an empty token', { authorization: 'Bearer ' }, TOKEN, TOKEN],
  ['with a key', { 'x-api-key': 'sk_revoked_key' }, KEY, KEY],
  ['with a password', { authorization: 'Basic dTpw' }, NONE, NONE],
]

for (const [title, headers, optional, required] of CALLS)
  test(`a call ${title}`, async () => {
    for (const [auth, sentence] of [
      ['optional', optional],
      ['required', required],
    ] as const) {
      const reply = await (await openDoor(fakeRuns(), { auth })).inject({ url: '/api/v1/jobs', headers })
      assert.equal(reply.statusCode, sentence === undefined ? 200 : 401, auth)
      if (sentence === undefined) continue
      assert.deepEqual(reply.json(), { error: sentence, message: sentence, code: 401 })
      assert.equal(reply.headers['www-authenticate'], 'Bearer')
    }
  })

test('every route but health is closed where credentials are required', async () => {
  const routes = [
    ['POST', '/api/v1/jobs'],
    ['GET', '/api/v1/jobs'],
    ['GET', '/api/v1/jobs/job_1'],
    ['DELETE', '/api/v1/jobs/job_1'],
    ['GET', '/api/v1/jobs/job_1/events'],
    ['POST', '/api/v1/plan'],
    ['GET', '/api/v1/operations'],
  ] as const
  const api = await openDoor(fakeRuns(), { auth: 'required' })
  for (const [method, url] of routes)
    assert.equal((await api.inject({ method, url })).statusCode, 401, `${method} ${url}`)
})
