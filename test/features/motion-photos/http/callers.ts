// callers: who is let in with which token, how often, and how many at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../../src/lib/errors.ts'
import type { House } from '../../../fixtures/house.ts'
import { gate, part } from '../../../fixtures/steps.ts'
import { openStudio, RANGE } from './open-door.ts'

const GOOD: readonly Record<string, string>[] = [
  { authorization: 'Bearer ann-token' },
  { authorization: 'bearer nameless' },
  { 'x-api-key': 'ben-token' },
]
const WRONG = ['Bearer ann-toke', 'Bearer ann-tokens', 'Bearer ', 'Bearer ann', 'Basic YTpi', 'ann-token', 'Bearer a b']

export function callers(house: () => House): void {
  for (const auth of ['optional', 'required'] as const)
    test(`where credentials are ${auth}, good ones are let in and wrong ones are not`, async () => {
      await using studio = await openStudio(house(), { auth })
      const none = auth === 'required' ? 401 : 200
      for (const method of ['HEAD', 'GET']) {
        for (const headers of GOOD) assert.equal((await studio.send(method, '/health', { headers })).status, 200)
        for (const authorization of WRONG.filter(text => auth === 'required' || /^Bearer/.test(text))) {
          const reply = await studio.send(method, '/health', { headers: { authorization } })
          assert.equal(reply.status, 401, authorization)
          if (method === 'GET') assert.equal(reply.json()['error_code'], 'INVALID_TOKEN')
        }
        assert.equal((await studio.send(method, '/health')).status, none)
      }
      for (const [path, method] of [
        ['/prepare', 'POST'],
        ['/convert', 'POST'],
        ['/thumbnail', 'POST'],
        ['/cleanup', 'POST'],
      ] as const) {
        const headers = { authorization: 'Bearer wrong' }
        assert.equal((await studio.send(method, path, { headers })).status, 401, path)
        if (auth === 'required') assert.equal((await studio.send(method, path)).status, 401, path)
      }
      // A player has no credentials, and an address is enough; wrong ones are none of its business.
      const id = await studio.session({ authorization: 'Bearer ann-token' })
      const headers = { authorization: 'Bearer wrong' }
      assert.equal((await studio.send('GET', `/preview/${id}.mp4`, { headers })).status, 200)
    })

  test('health is 503 when something is down', async () => {
    const health = async () => Promise.reject(new AppError('unavailable', 'The database cannot be reached'))
    await using studio = await openStudio(house(), { health })
    assert.equal((await studio.send('HEAD', '/health')).status, 503)
    const reply = await studio.send('GET', '/health')
    assert.deepEqual([reply.status, reply.json()['error_code']], [503, 'INTERNAL_ERROR'])
  })

  test('an address has so many, and every token as many as it has, wherever it calls from', async () => {
    await using studio = await openStudio(house(), { limits: { address: 2, token: 4 } })
    const statuses = async (count: number, headers: Record<string, string>) => {
      const asked = Array.from({ length: count }, async () => {
        const reply = await studio.post('/thumbnail', { session_id: 'mp_none', timestamp: 1 }, headers)
        if (reply.status !== 429) return reply.status
        assert.equal(reply.json()['error_code'], 'RATE_LIMITED')
        assert.ok(Number(reply.headers.get('retry-after')) >= 1)
        return 429
      })
      return (await Promise.all(asked)).sort()
    }
    assert.deepEqual(await statuses(6, GOOD[0] ?? {}), [404, 404, 404, 404, 429, 429])
    assert.deepEqual(await statuses(3, {}), [404, 404, 429])
    assert.deepEqual(await statuses(5, GOOD[1] ?? {}), [404, 404, 404, 404, 429])
    // Nothing else counts, and nothing else is refused.
    assert.equal((await studio.send('GET', '/health')).status, 200)
    assert.equal((await studio.post('/cleanup', { session_id: 'mp_none' })).status, 404)
  })

  test('more than may wait are told so at once, and places become free again', async () => {
    await using studio = await openStudio(house(), { concurrency: 1 })
    const session_id = await studio.session()
    const held = gate()
    house().play(part('motion.convert', context => held.pass(context)))
    const asked = Array.from({ length: 8 }, async (_, n) => {
      const reply = await studio.form('/convert', { session_id, ...RANGE, range_start: String(n / 100) })
      if (reply.status === 429) assert.equal(reply.headers.get('retry-after'), '2')
      return reply.status
    })
    await held.reached
    await Promise.any(asked.map(async one => assert.equal(await one, 429)))
    held.open()
    const statuses = await Promise.all(asked)
    // The maker that is played makes nothing: what it is let through to is a failure of ours, not a refusal.
    assert.deepEqual([statuses.filter(status => status === 429).length, statuses.length], [3, 8])
    assert.notEqual((await studio.form('/convert', { session_id, ...RANGE })).status, 429)
  })
}
