// Requests that no honest client sends, as bytes to a process that was really started: each is refused with a status of
// 4xx in the door's own words, at once, and the process is afterwards what it was before. And its log tells no secrets.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTokens } from '../../src/access/tokens.ts'
import { type Server, startServer } from '../fixtures/server.ts'
import { assertRefused, request, send, type Words } from './raw.ts'

const SECRET = 'a-secret-of-this-test-alone-and-of-nobody-else'
const JOBS = '/api/v1/jobs'
const KEYS = '/api/v1/keys'
const PLAN = '/api/v1/plan'

let directory: string
let server: Server
let port: number
let token: string
let site: HttpServer

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kinora-requests-'))
  const settings = { KINORA_JWT_SECRET: SECRET, KINORA_AUTH: 'required', KINORA_LOG_LEVEL: 'trace' }
  server = await startServer('serve', directory, { ...settings, KINORA_FETCH_ALLOW: '127.0.0.1' })
  port = Number(new URL(server.url).port)
  token = await openTokens(Buffer.from(SECRET), { hours: 1 }).generate({ userId: 'eve', role: 'user' })
  site = createServer((asked, response) => response.writeHead(asked.url?.includes('gone') ? 404 : 200).end())
  await once(site.listen(0, '127.0.0.1'), 'listening')
})

after(async () => {
  await server?.kill()
  site?.close()
  await rm(directory, { recursive: true, force: true })
})

type Row = readonly [method: string, target: string, words?: Words]
type Rows = Readonly<Record<string, Row>>

const spec = (more: object = {}, source: unknown = 'a.mp4', destination: unknown = 'b.mp4') => ({
  spec: { inputs: [{ id: 'a', source }], outputs: [{ id: 'a', destination }] },
  ...more,
})
const json = (value: unknown): Words => ({ body: JSON.stringify(value) })
const job = (value: unknown): Row => ['POST', JOBS, json(value)]
const text = (body: string | Buffer, headers: Words['headers'] = {}): Row => ['POST', JOBS, { body, headers }]
const good = JSON.stringify(spec())
const source = (location: unknown) => job(spec({}, location))
const destination = (location: unknown) => job(spec({}, 'a.mp4', location))
const hook = (url: unknown) => job(spec({ webhook_url: url }))
const newKey = (value: object): Row => ['POST', KEYS, json({ name: 'x', ...value })]

const BODIES: Rows = {
  'no body': ['POST', JOBS],
  'a body of nothing': job(null),
  'a list': job([spec()]),
  'a text': job('spec'),
  'an empty spec': job({ spec: {} }),
  'half a value': text('{"spec":'),
  'two values': text(`${good}${good}`),
  'a byte order mark': text(`\ufeff${good}`),
  'text that is not Unicode': text(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  'a hundred thousand lists in each other': text(`{"spec":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
  'metadata of seventy levels': text(`{"metadata":${'{"a":'.repeat(70)}1${'}'.repeat(70)},${good.slice(1)}`),
  'a prototype': text(`{"__proto__":{"role":"admin"},${good.slice(1)}`),
  'a prototype of a constructor': text(`{"metadata":{"constructor":{"prototype":{}}},${good.slice(1)}`),
  'a NUL': job(spec({ metadata: { note: 'a\0b' } })),
  'half a character': text(good.replace('a.mp4', '\\ud800.mp4')),
  'a NUL in a name': text(`{"metadata":{"\\u0000":1},${good.slice(1)}`),
  'more than there may be': job(spec({ metadata: { note: 'x'.repeat(300_000) } })),
  'metadata of 20 KiB': job(spec({ metadata: { note: 'x'.repeat(20_000) } })),
  'metadata that is a list': job(spec({ metadata: [] })),
  'a priority of infinity': text(`{"priority":1e999,${good.slice(1)}`),
  'a priority of many bits': job(spec({ priority: 2 ** 53 })),
  'half a priority': job(spec({ priority: 0.5 })),
  'a priority that is text': job(spec({ priority: '1' })),
  'an owner': job(spec({ owner: 'ann' })),
  'a status': job(spec({ status: 'completed' })),
  'somebody else’s request': job(spec({ once: 'once_x' })),
  'a number for a source': source(7),
  'a query for a source': source({ $ne: 1 }),
  'another type': text(good, { 'content-type': 'text/plain' }),
  'a type with a tab': text(good, { 'content-type': 'application/json\ta' }),
  'a form': text('spec=1', { 'content-type': 'application/x-www-form-urlencoded' }),
  'several parts': text('--x\r\n\r\n1\r\n--x', { 'content-type': 'multipart/form-data; boundary=x' }),
  'a compressed body': text(good, { 'content-encoding': 'gzip' }),
  'a body that is shorter than it says': text(good, { 'content-length': '3' }),
}

const LOCATIONS: Rows = {
  'a path that leads out': source('../../etc/passwd'),
  'a path from the root': source('/etc/passwd'),
  'a file that is not ours': source('file:///etc/passwd'),
  'a file of a host': source('file://localhost/uploads/a.mp4'),
  'an encoded way out': source('file:///uploads/%2e%2e/%2e%2e/etc/passwd'),
  'a path twice encoded into one': source('file:///uploads/a%2fb.mp4'),
  'a backslash': source('..\\..\\etc'),
  'a device': source('/dev/zero'),
  'a protocol of ffmpeg': source('concat:a.mp4|/etc/passwd'),
  'a protocol that takes a command': source('pipe:0'),
  'the metadata of a cloud': source('http://169.254.169.254/latest/meta-data'),
  'loopback, in one number': source('http://2130706434/'),
  'loopback, in other digits': source('http://①②⑦.⓪.⓪.②/'),
  'loopback, inside of IPv6': source('http://[::ffff:7f00:2]/'),
  'credentials in a URL': source('https://user:password@example.com/a.mp4'),
  'a port of a database': source('http://example.com:5432/'),
  'a bucket of another name': source('s3://user@bucket/key'),
  'a key that leads out': source('s3://bucket/../other/key'),
  'somebody’s run, badly': source('run://../x'),
  'a destination outside': destination('../b.mp4'),
  'a destination that may only be read': destination('file:///uploads/b.mp4'),
  'a destination on the web': destination('https://example.com/b.mp4'),
  'a destination that is a header': destination('b\r\nx-evil: 1.mp4'),
  'a webhook to a file': hook('file:///etc/passwd'),
  'a webhook that is a script': hook('javascript:alert(1)'),
  'a webhook with a header': hook('http://example.com/\r\nx: y'),
  'a webhook of 5000 letters': hook(`https://example.com/${'x'.repeat(5000)}`),
  'a webhook inside': hook('http://10.0.0.1/'),
  'a webhook for nobody': hook(null),
}

const TARGETS: Rows = {
  'no such thing': ['GET', '//api/v1/jobs'],
  'a parameter in the path': ['GET', `${JOBS};x=1`],
  'a way up': ['GET', `${JOBS}/../../../etc/passwd`],
  'a broken percent': ['GET', `${JOBS}/%zz`],
  'bytes that are no text': ['GET', `${JOBS}/%ff`],
  'a NUL in an id': ['GET', `${JOBS}/job_%00`],
  'an id of ten thousand letters': ['GET', `${JOBS}/${'a'.repeat(10_000)}`],
  'an address of twenty thousand letters': ['GET', `/${'a'.repeat(20_000)}`],
  'an address with a user in another place': ['GET', 'http://a:99999/api/v1/jobs'],
  'less than no jobs': ['GET', `${JOBS}?limit=-1`],
  'no jobs': ['GET', `${JOBS}?limit=0`],
  'too many jobs': ['GET', `${JOBS}?limit=201`],
  'a limit of other digits': ['GET', `${JOBS}?limit=%EF%BC%91`],
  'a limit that is two': ['GET', `${JOBS}?limit=1&limit=2`],
  'a limit that is a query': ['GET', `${JOBS}?limit[$ne]=1`],
  'an offset of many bits': ['GET', `${JOBS}?offset=9223372036854775808`],
  'an offset of an exponent': ['GET', `${JOBS}?offset=1e99`],
  'a status that is SQL': ['GET', `${JOBS}?status=' or 1=1 --`.replaceAll(' ', '%20')],
  'a parameter too many': ['GET', `${JOBS}?owner=ann`],
  'somebody else’s keys': ['GET', `${KEYS}?user_id=ann`],
  'an event before the first': ['GET', `${JOBS}/job_x/events?last_event_id=-1`],
}

const HEADS: Rows = {
  'an event of ten digits': ['GET', `${JOBS}/job_x/events`, { headers: { 'last-event-id': '9999999999' } }],
  'a key of 300 letters': text(good, { 'idempotency-key': 'k'.repeat(300) }),
  'a key with a blank': text(good, { 'idempotency-key': 'a b' }),
  'a key of nothing': text(good, { 'idempotency-key': '' }),
  'a hundred headers': [
    'GET',
    JOBS,
    { headers: Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, '1'])) },
  ],
  'a header of 20 KB': ['GET', JOBS, { headers: { 'x-long': 'x'.repeat(20_000) } }],
  'two hosts': ['GET', JOBS, { headers: { Host: 'other.test' } }],
  'two lengths': text(good, { 'Content-Length': '1' }),
  'a length and chunks': text(good, { 'transfer-encoding': 'chunked' }),
  'a coding that nobody knows': text(good, { 'transfer-encoding': 'gzip, chunked' }),
  'a length of less than nothing': text(good, { 'content-length': '-1' }),
  'a header with a blank': ['GET', JOBS, { headers: { 'x y': '1' } }],
  'a folded header': ['GET', JOBS, { headers: { 'x-a': '1\r\n b: 2' } }],
  'a bare line feed': ['GET', JOBS, { headers: { 'x-a': '1\nx-b: 2' } }],
  'an expectation': ['GET', JOBS, { headers: { expect: 'magic' } }],
  'another version': ['GET', JOBS, { version: 'HTTP/3.0' }],
  'a version to come': ['GET', JOBS, { version: 'HTTP/1.9' }],
  'a token of nothing': ['GET', JOBS, { headers: { authorization: 'Bearer ' } }],
  'a token of 10 KB': ['GET', JOBS, { headers: { authorization: `Bearer ${'a.'.repeat(5000)}` } }],
  'basic credentials': ['GET', JOBS, { headers: { authorization: 'Basic ZXZlOmV2ZQ==' } }],
  'a method in small letters': ['get', JOBS],
  'a method that nobody knows': ['EVIL', JOBS],
  'a method of another house': ['PROPFIND', JOBS],
  'a trace': ['TRACE', JOBS],
  'a method that is not possible': ['PUT', JOBS, json({})],
}

const ACCESS: Rows = {
  'a key that is an admin': newKey({ role: 'admin' }),
  'a key of somebody else': newKey({ user_id: 'ann' }),
  'a key of nobody': newKey({ user_id: 'anonymous' }),
  'a key with a name for terminals': newKey({ name: '\u001b]0;x\u0007' }),
  'a key that has ended': newKey({ expires_at: '2000-01-01T00:00:00Z' }),
  'a key that ends twice': newKey({ expires_at: '2999-01-01T00:00:00Z', expires_in_days: 1 }),
  'a key until the year 10000': newKey({ expires_at: '9999-12-31T23:59:59-01:00' }),
  'a key for a billion days': newKey({ expires_in_days: 1e9 }),
  'a key that is revoked': newKey({ revoked: false }),
  'how much there is': ['GET', '/api/v1/admin/stats'],
  'numbers for the operator': ['GET', '/metrics'],
}

const ATTACKS: Rows = { ...BODIES, ...LOCATIONS, ...TARGETS, ...HEADS, ...ACCESS }

function residentBytes(): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

test(`${Object.keys(ATTACKS).length} requests are refused in the door's own words, and nothing is left of them`, async t => {
  for (const [label, [method, target, words]] of Object.entries(ATTACKS))
    assertRefused(await send(port, request(token, method, target, words)), label)
  const before = residentBytes()
  for (let round = 0; round < 3; round++)
    await Promise.all(Object.values(ATTACKS).map(row => send(port, request(token, ...row))))
  const grownMb = (residentBytes() - before) / 2 ** 20
  t.diagnostic(`the process grew by ${grownMb.toFixed(0)} MB`)
  assert.ok(grownMb < 150, `${grownMb} MB`)
  const { status, body, head } = await send(port, request(token, 'GET', JOBS))
  assert.deepEqual([status, body, /x-total-count: (\d+)/i.exec(head)?.[1]], [200, '[]', '0'])
})

test('a request without a host is refused like any other', async () => {
  assertRefused(await send(port, `GET ${JOBS} HTTP/1.1\r\nconnection: close\r\n\r\n`), 'no host')
})

test('an address may be whole, and the links that answer it lead back to where it was sent', async () => {
  const { status, head } = await send(port, request(token, 'GET', 'http://evil.test/api/v1/jobs?limit=1'))
  assert.equal(status, 200)
  assert.match(head, /link: <http:\/\/kinora\.test:8081\/api\/v1\/jobs\?limit=1&offset=0>; rel="first"/i)
})

test('a log at its most talkative has no token, no key, no secret and no signature of a URL', async () => {
  const made = await send(port, request(token, 'POST', KEYS, json({ name: 'mine' })))
  const { key } = JSON.parse(made.body) as { key: string }
  const shown = await send(port, request(token, 'POST', '/api/v1/webhooks/secret/rotate', json({})))
  const { secret } = JSON.parse(shown.body) as { secret: string }
  const { port: elsewhere } = site.address() as AddressInfo
  const signed = (name: string) => `http://127.0.0.1:${elsewhere}/${name}?X-Amz-Signature=5ec7e7`
  for (const name of ['gone.mp4', 'empty.mp4'])
    for (const target of [JOBS, PLAN])
      await send(port, request(token, 'POST', target, json(spec({ webhook_url: signed('hook') }, signed(name)))))
  for (const target of [`${JOBS}?token=5ec7e7`, `http://user:5ec7e7@kinora.test${JOBS}`])
    await send(port, request(token, 'GET', target))
  await send(port, request(key, 'GET', `${JOBS}/x`, { headers: { 'x-api-key': key } }))
  const deadline = performance.now() + 60_000
  const isAnyOpen = async () => JSON.parse((await send(port, request(token, 'GET', JOBS))).body).some(isOpen)
  while (await isAnyOpen()) assert.ok(performance.now() < deadline, 'the jobs do not end')
  assert.match(server.log(), /a step failed/)
  for (const unsaid of [SECRET, token, key, secret, '5ec7e7', token.split('.')[2] ?? ''])
    assert.ok(
      !server.log().includes(unsaid),
      server
        .log()
        .split('\n')
        .find(line => line.includes(unsaid)),
    )
})

function isOpen({ completed_at: at }: { readonly completed_at?: string }): boolean {
  return at === undefined
}
