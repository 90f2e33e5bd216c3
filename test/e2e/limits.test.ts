// limits: two processes on one database count together.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startPostgres } from '../fixtures/postgres.ts'
import { openSite } from '../fixtures/site.ts'

test('two processes share one limit, and forged addresses change nothing', async () => {
  const cluster = await startPostgres()
  try {
    await using site = await openSite({ url: await cluster.createDatabase() })
    const env = { KINORA_LIMIT_API: '2' }
    const apis = await Promise.all(['a', 'b'].map(name => site.start({ role: 'api', name, env })))
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        fetch(`${apis[index % 2]?.url}/api/v1/jobs`, { headers: { 'x-forwarded-for': `10.0.0.${index}` } }),
      ),
    )
    const statuses = replies.map(({ status }) => status)
    assert.equal(statuses.filter(status => status === 200).length, 2)
    assert.equal(statuses.filter(status => status === 429).length, 18)
    for (const { headers } of replies.filter(({ status }) => status === 429)) {
      assert.ok(Number(headers.get('retry-after')) >= 1)
      assert.match(headers.get('ratelimit') ?? '', /^"api";r=0;t=\d+$/)
    }
    for (const { url } of apis) assert.equal((await fetch(`${url}/health`)).status, 200)
  } finally {
    await cluster.stop()
  }
})
