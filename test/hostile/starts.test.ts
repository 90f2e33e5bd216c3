// Starts that cannot succeed, with a secret in what is wrong: whoever reads the terminal, or the log of a machine that
// starts it over and over, learns which variable is wrong and not what is in it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer } from '../fixtures/server.ts'

const STARTS: readonly (readonly [wrong: Record<string, string>, said: RegExp])[] = [
  [{ KINORA_DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/name' }, /database cannot be reached/],
  [{ KINORA_DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:port/name' }, /KINORA_DATABASE_URL must be a URL/],
  [{ KINORA_JWT_SECRET: 'hunter2' }, /KINORA_JWT_SECRET must have at least 32 bytes/],
  [{ JWT_SECRET: 'hunter2' }, /^kinora: JWT_SECRET must have at least 32 bytes/],
  [{ KINORA_STORAGE_URL: 's3://key:hunter2@bucket/prefix' }, /KINORA_STORAGE_URL must be/],
  [{ KINORA_S3_ALLOW: 's3://key:hunter2@bucket' }, /KINORA_S3_ALLOW/],
  [{ KINORA_PUBLIC_URL: 'https://user:hunter2@example.com' }, /KINORA_PUBLIC_URL must be a URL/],
]

test(`${STARTS.length} starts that fail say why, and tell no secret`, async t => {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-starts-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  for (const [wrong, said] of STARTS) {
    const failure = await startServer('serve', directory, { ...wrong, KINORA_LOG_LEVEL: 'trace' }).then(
      async server => assert.fail(`started: ${await server.kill()}`),
      (error: Error) => error.message,
    )
    assert.match(failure, said)
    assert.doesNotMatch(failure, /hunter2/)
  }
})
