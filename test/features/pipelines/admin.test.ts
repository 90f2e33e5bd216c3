// admin: what only admins are told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openGuarded } from './open-guarded.ts'

const door = await openGuarded()

const STATS = {
  version: '0.1.0',
  uptime_seconds: 7,
  database: 'pglite',
  ffmpeg: '5.1.9',
  sandbox: 'bubblewrap',
  jobs: { pending: 1, processing: 0, completed: 2, failed: 0, cancelled: 0 },
  queues: { cpu: 1 },
  artifacts: { count: 2, bytes: 5_000_000_000 },
  users: 1,
  api_keys: 1,
}

const CALLERS: readonly [string, () => Promise<Record<string, string>>, number, string?][] = [
  ['nobody', async () => ({}), 401, 'Unauthorized: No valid authentication provided'],
  ['a user', () => door.bearer('ann'), 403, 'Forbidden: Insufficient permissions'],
  ['a key of a user', () => door.key('ann'), 403, 'Forbidden: Insufficient permissions'],
  ['a stranger', async () => ({ authorization: 'Bearer user-token' }), 401, 'Unauthorized: Invalid or expired token'],
  ['an admin', () => door.bearer('root', 'admin'), 200],
  ['a key made for an admin', () => door.key('root', 'admin'), 200],
]

for (const auth of ['optional', 'required'] as const)
  for (const [who, headers, status, sentence] of CALLERS)
    test(`${who} asks for statistics, where credentials are ${auth}`, async () => {
      const api = await door.open({ auth, stats: async () => STATS })
      const reply = await api.inject({ url: '/api/v1/admin/stats', headers: await headers() })
      assert.equal(reply.statusCode, status)
      assert.deepEqual(reply.json(), status === 200 ? STATS : { error: sentence, message: sentence, code: status })
    })
