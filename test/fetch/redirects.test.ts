// redirects: where an answer points is looked at like what the caller wrote, every time.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { trustedCertificate } from './certificate.ts'
import { serve, tolerant } from './servers.ts'

// The server is allowed by this name alone: everything else on this machine is as forbidden as it is to anybody.
const host = 'media.example'

for (const status of [301, 302, 303, 307, 308])
  for (const target of ['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://[::ffff:7f00:1]:PORT/'])
    test(`${status} to ${target} is refused and not called`, async () => {
      await using canary = await serve((_request, response) => response.end('secret'))
      const location = target.replace('PORT', String(canary.port))
      await refusedAfter(status, location, canary)
    })

for (const target of [
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'ftp://a/',
  'javascript:1',
  '//10.0.0.1/',
  'http://a@b/',
])
  test(`a redirect to ${target} is refused`, async () => {
    await refusedAfter(302, target)
  })

test('a redirect without a target, or with none that can be read, is refused', async () => {
  await refusedAfter(302, undefined)
  await refusedAfter(302, 'http://[')
})

test('a redirect to a name that resolves to this machine is refused and not called', async () => {
  await using canary = await serve((_request, response) => response.end('secret'))
  await refusedAfter(307, `http://rebound.example:8080/${canary.port}`, canary)
})

test('five redirects are followed, relative ones too, and the last place is told', async () => {
  await using server = await serve((request, response) => {
    const step = Number(request.url?.slice(1))
    if (step < 5) return response.writeHead(302, { location: step % 2 ? `/${step + 1}` : `./${step + 1}#x` }).end()
    return response.writeHead(200, { 'content-length': 3 }).end('end')
  })
  const { finalUrl, sizeBytes } = await tolerant().inspect(`${server.url}/0`, {})
  assert.equal(finalUrl, `${server.url}/5`)
  assert.equal(sizeBytes, 3)
})

test('a hundred redirects are not', async () => {
  await using server = await serve((_request, response) => response.writeHead(302, { location: '/' }).end())
  await assert.rejects(tolerant().inspect(server.url, {}), /redirects too often/)
  assert.equal(server.hits.length, 6)
})

test('https is spoken with who the certificate names, and does not lead down to http', async () => {
  const certificate = await trustedCertificate(host)
  await using canary = await serve((_request, response) => response.end('secret'))
  const server = createServer(certificate, (request, response) =>
    request.url === '/down'
      ? response.writeHead(302, { location: canary.url }).end()
      : response.writeHead(200, { 'content-length': 2 }).end('ok'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const fetcher = tolerant({ resolver: async () => ['127.0.0.1'] })
  const named = tolerant({ allow: [host, 'other.example', '127.0.0.1'], resolver: async () => ['127.0.0.1'] })
  assert.equal((await named.inspect(`https://${host}:${port}/`, {})).sizeBytes, 2)
  await assert.rejects(named.inspect(`https://${host}:${port}/down`, {}), /from https to http/)
  // The same server under a name that it has no certificate for, and under its bare address.
  await assert.rejects(named.inspect(`https://other.example:${port}/`, {}), { code: 'unavailable' })
  await assert.rejects(fetcher.inspect(`https://127.0.0.1:${port}/`, {}), { code: 'unavailable' })
  assert.deepEqual(canary.hits, [])
  server.close()
  server.closeAllConnections()
})

async function refusedAfter(status: number, location: string | undefined, canary?: { hits: readonly string[] }) {
  await using server = await serve((_request, response) =>
    response.writeHead(status, location ? { location } : {}).end(),
  )
  const fetcher = tolerant({ allow: [`${host}:${server.port}`], resolver: async () => ['127.0.0.1'] })
  const url = `http://${host}:${server.port}/`
  const inspected = { acceptsRanges: false, finalUrl: url }
  await assert.rejects(fetcher.inspect(url, {}), { code: 'location_refused' })
  const file = join(tmpdir(), `kinora-redirected-${process.pid}`)
  await assert.rejects(fetcher.download(url, file, { inspected }), { code: 'location_refused' })
  // A webhook is not led anywhere.
  const body = { headers: {}, body: '{}', timeoutMs: 5000 }
  assert.deepEqual(await fetcher.post(url, body), { status })
  assert.equal(server.hits.length, 3)
  assert.deepEqual(canary?.hits ?? [], [])
}
