// flows-clients: what the Python, Node and Go clients of the pipelines document send, and what they rely on in the answers.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { json } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { makeClip } from '../fixtures/clips.ts'
import { runKinora, runProgram } from '../fixtures/programs.ts'
import type { Job, Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

let site: Site
let server: Server
let token: string
let key: string
before(async () => {
  site = await openSite()
  await makeClip(site.uploads, { name: 'input.mp4', seconds: 75, rate: 1 })
  server = await site.start()
  token = await runKinora(
    site,
    'tokens',
    'create',
    '--user',
    'user123',
    '--email',
    'user@example.com',
    '--role',
    'user',
  )
  key = await runKinora(site, 'keys', 'create', '--user', 'service', '--name', 'Production Key')
})
after(() => site?.close())

test('the Python client creates, waits, retries, cancels and lists', async () => {
  const words = ['/usr/bin/python3', 'test/fixtures/requests-client.py', server.url, token, key]
  const { code, out, err } = await runProgram(words)
  assert.equal(code, 0, `${out}${err}`)
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map(line => line.split(':')[0]),
    ['token', 'key', 'nobody', 'retried', 'cancelled', 'listed', 'refused'],
  )
})

test('the Node client creates and waits, and every number it formats is a number', async () => {
  const both: readonly Headers[] = [{ Authorization: `Bearer ${token}` }, { 'X-API-Key': key }]
  for (const credentials of both) {
    const created = await axiosLike('POST', '/api/v1/jobs', credentials, { spec: SCALED })
    assert.equal(created.status, 201)
    for (;;) {
      const { status, data: job } = await axiosLike('GET', `/api/v1/jobs/${created.data.job_id}`, credentials)
      assert.equal(status, 200)
      if (job.status === 'completed') break
      assert.ok(!['failed', 'cancelled'].includes(job.status), job.error?.message)
      assert.match(job.progress.overall_percent.toFixed(1), /^\d+\.\d$/)
      await delay(50)
    }
  }
})

test('the Node client tells by the status whether it is unknown or not allowed', async () => {
  const status = async (path: string, credentials: Headers) => (await axiosLike('GET', path, credentials)).status
  assert.equal(await status('/api/v1/jobs', { Authorization: 'Bearer bad' }), 401)
  assert.equal(await status('/api/v1/jobs', { 'X-API-Key': 'sk_bad' }), 401)
  assert.equal(await status('/api/v1/admin/stats', { Authorization: `Bearer ${token}` }), 403)
})

test('the Go client finds the id and the progress where it asserts their types', async () => {
  const headers = { 'User-Agent': 'Go-http-client/1.1', 'Accept-Encoding': 'gzip', 'X-API-Key': key }
  const typed = { ...headers, 'Content-Type': 'application/json' }
  const { data } = await send('POST', '/api/v1/jobs', typed, JSON.stringify({ spec: SCALED }))
  assert.equal(typeof data.job_id, 'string')
  for (;;) {
    const { data: job } = await send('GET', `/api/v1/jobs/${data.job_id}`, headers)
    assert.equal(typeof job.status, 'string')
    assert.equal(typeof job.progress.overall_percent, 'number')
    if (job.status === 'completed') break
    assert.notEqual(job.status, 'failed')
    await delay(50)
  }
})

const SCALED = {
  inputs: [{ id: 'video', source: 'input.mp4' }],
  operations: [{ op: 'scale', input: 'video', output: 'scaled', params: { width: 128, height: 72 } }],
  outputs: [{ id: 'scaled', destination: 'output.mp4' }],
}

type Headers = Record<string, string>
type Reply = { readonly status: number | undefined; readonly data: Job }

/** With the headers that axios adds of its own; it takes the Content-Type away where there is no body. */
async function axiosLike(method: string, path: string, credentials: Headers, body?: unknown): Promise<Reply> {
  const own = { Accept: 'application/json, text/plain, */*', 'Accept-Encoding': 'gzip, compress, deflate, br' }
  const headers = { ...own, 'User-Agent': 'axios/1.0.0', ...credentials }
  if (body === undefined) return await send(method, path, headers)
  return await send(method, path, { ...headers, 'Content-Type': 'application/json' }, JSON.stringify(body))
}

async function send(method: string, path: string, headers: Headers, body = ''): Promise<Reply> {
  const length = body === '' ? {} : { 'Content-Length': Buffer.byteLength(body) }
  const outgoing = httpRequest(`${server.url}${path}`, { method, headers: { ...headers, ...length } }).end(body)
  const [incoming] = await once(outgoing, 'response')
  assert.match(incoming.headers['content-type'], /^application\/json/)
  return { status: incoming.statusCode, data: (await json(incoming)) as Job }
}
