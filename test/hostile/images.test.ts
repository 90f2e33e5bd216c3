// images: what strangers send to the door where pictures are made, to a process that was really started: refused in the
// document's words, never with our own fault, and nothing of it reaches another house, another door, or a log.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { type ImageJob, imageJobs } from '../fixtures/image-client.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { request, send, type Words } from './raw.ts'

const GENERATE = '/api/v1/jobs/generate'
const STATUS_LIMIT = 60

let site: Site
let server: Server
let port: number
let canary: HttpServer
let canaryPort: number
let visits = 0

before(async () => {
  site = await openSite()
  canary = createServer((_asked, answer) => {
    visits += 1
    answer.end()
  }).listen(0)
  await once(canary, 'listening')
  canaryPort = (canary.address() as AddressInfo).port
  const unlimited = { KINORA_LIMIT_API: '0', KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' }
  server = await site.start({ env: { ...unlimited, KINORA_LOG_LEVEL: 'trace' } })
  port = Number(new URL(server.studioUrl).port)
})
after(async () => {
  await site?.close()
  canary?.close()
})

type Rows = Readonly<Record<string, readonly [method: string, target: string, words?: Words]>>

const text = (body: string | Buffer, headers: Words['headers'] = {}) => ['POST', GENERATE, { body, headers }] as const
const json = (value: unknown) => text(JSON.stringify(value))
const asked = (more: object) => json({ prompt: 'x', ...more })
const set = (parameters: unknown) => asked({ parameters })
const nested = (levels: number) => `{"prompt":"x","metadata":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`

const BODIES: Rows = {
  'no body': ['POST', GENERATE],
  'a list': json([{ prompt: 'x' }]),
  'a text': json('x'),
  nothing: json(null),
  'half a value': text('{"prompt":'),
  'two values': text('{"prompt":"x"}{"prompt":"x"}'),
  'NaN as JSON': text('{"prompt":"x","parameters":{"width":NaN}}'),
  'NaN as text': set({ width: 'NaN' }),
  'Infinity as text': set({ guidance_scale: 'Infinity' }),
  'a number of many digits': text(`{"prompt":"x","parameters":{"seed":${'9'.repeat(400)}}}`),
  'a number in hexadecimal': set({ width: '0x200' }),
  'a number in other digits': set({ width: '５１２' }),
  'a prototype': text('{"prompt":"x","__proto__":{"private":true}}'),
  'a prototype among the parameters': text('{"prompt":"x","parameters":{"__proto__":{"width":1}}}'),
  'a prototype among the metadata': text('{"prompt":"x","metadata":{"constructor":{"prototype":{}}}}'),
  'a name twice, the second one bad': text('{"prompt":"x","prompt":""}'),
  'a NUL in the prompt': text('{"prompt":"a\\u0000b"}'),
  'half a character in the prompt': text('{"prompt":"a\\ud800b"}'),
  'half a character in a name': text('{"prompt":"x","metadata":{"\\udc00":1}}'),
  'a byte that is no text': text(Buffer.from([0x7b, 0xff, 0x7d])),
  'a prompt of 4001 letters': json({ prompt: 'a'.repeat(4001) }),
  'a prompt of 4001 owls': json({ prompt: '🦉'.repeat(4001) }),
  'a prompt that is a list': json({ prompt: ['x'] }),
  'parameters that are a list': set([]),
  'sixty-five levels': text(nested(65)),
  'twenty thousand levels': text(nested(20_000)),
  'a hundred thousand lists': text(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  'a ratio of nothing': set({ aspect_ratio: '1:0' }),
  'a ratio of thousands': set({ aspect_ratio: '99999:1' }),
  'a model with a path': set({ model: '../../etc/passwd' }),
  'a model of 200 000 letters': set({ model: 'x'.repeat(200_000) }),
  'metadata of 20 KB': asked({ metadata: { note: 'x'.repeat(20_000) } }),
  'ten megabytes': text('{"prompt":"', { 'content-length': '10000000' }),
  'more than a body may have': json({ prompt: 'x'.repeat(300_000) }),
  'another type': text('{"prompt":"x"}', { 'content-type': 'text/plain' }),
  'a form': text('prompt=x', { 'content-type': 'application/x-www-form-urlencoded' }),
  'several parts': text('--x\r\n\r\n1\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
  'a compressed body': text('{"prompt":"x"}', { 'content-encoding': 'gzip' }),
}

const TOO_LARGE = ['ten megabytes', 'more than a body may have']

const IDS = ['%00', '%2e%2e', '..%2f..%2fetc%2fpasswd', '..%5c', "'%20or%201=1--", '%ff', '%ED%A0%80', '%zz']
const MORE_IDS = ['*', '0', 'null', '%F0%9F%A6%89', '%E2%80%AE', 'a'.repeat(4000), '%0d%0aset-cookie:x']
const PLACES = ['jobs/status/ID', 'jobs/ID/events', 'media/ID', 'media/ID/info', 'media/ID/provenance']

const TARGETS: Rows = {
  ...Object.fromEntries(
    [...IDS, ...MORE_IDS].flatMap(id => [
      ...PLACES.map(place => [`GET ${place} ${id.slice(0, 30)}`, ['GET', `/api/v1/${place.replace('ID', id)}`]]),
      ...['jobs', 'media'].map(thing => [`DELETE ${thing} ${id.slice(0, 30)}`, ['DELETE', `/api/v1/${thing}/${id}`]]),
    ]),
  ),
  'a page of an exponent': ['GET', '/api/v1/jobs?page=1e3'],
  'a page of many digits': ['GET', '/api/v1/jobs?page=99999999999999999999'],
  'two pages': ['GET', '/api/v1/jobs?page=1&page=2'],
  'a state that is SQL': ['GET', "/api/v1/jobs?status='%20or%201=1"],
  'a time in the year 0': ['GET', '/api/v1/jobs?created_after=0000-01-01T00:00:00Z'],
  'a time before the year 1': ['GET', '/api/v1/jobs?created_after=0001-01-01T00:00:00%2B10:00'],
  'a time after the year 9999': ['GET', '/api/v1/jobs?created_before=9999-12-31T23:59:59-10:00'],
  'a time with a NUL': ['GET', '/api/v1/jobs?created_before=%00'],
}

const OTHER_HOUSES = [
  ...['http://127.0.0.1:CANARY/', 'http://localhost:CANARY/', 'http://2130706433:CANARY/', 'http://0x7f.1:CANARY/'],
  ...[
    'http://[::1]:CANARY/',
    'http://[::ffff:127.0.0.1]:CANARY/',
    'http://[::ffff:7f00:1]:CANARY/',
    'http://0:CANARY/',
  ],
  ...['http://①②⑦.⓪.⓪.①:CANARY/', 'http://127.0.0.1.:CANARY/', 'http://0177.0.0.1:CANARY/'],
  ...[
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[64:ff9b::7f00:1]/',
  ],
  ...['http://10.0.0.1/', 'http://192.168.0.1/', 'http://100.64.0.1/', 'http://224.0.0.1/', 'http://[2002:7f00:1::]/'],
  ...['https://user:password@example.com/', 'http://example.com@127.0.0.1/', 'https://example.com:22/'],
  ...['ftp://example.com/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'javascript:alert(1)', '//example.com/', ''],
  ...['http://example.com/\r\nx: y', 'http://exa mple.com/', `https://example.com/${'x'.repeat(3000)}`, 'https://'],
]

test(`${Object.keys({ ...BODIES, ...TARGETS }).length} requests that nobody honest sends are refused in the door's words`, async () => {
  for (const [label, [method, target, words = {}]] of Object.entries({ ...BODIES, ...TARGETS })) {
    const { status, head, body } = await send(port, anonymous(request('', method, target, words)))
    assert.ok(status >= 400 && status < 500, `${label}: ${head.split('\r\n')[0]} ${body.slice(0, 300)}`)
    assert.doesNotMatch(head, /set-cookie/i, label)
    assert.match(body, /^\{"detail":/, label)
    assert.doesNotMatch(body, /node_modules|\/work\/|\/tmp\/|at \w+ \(|select |FST_|ERR_/, label)
    if (TOO_LARGE.includes(label)) assert.equal(status, 413, label)
  }
  assertNoFault()
})

test('four thousand characters are four thousand, however many bytes each of them has', async () => {
  for (const prompt of ['a'.repeat(4000), '🦉'.repeat(4000), '"'.repeat(4000)]) {
    const parameters = { width: 128, height: 128, output_format: 'jpg', negative_prompt: prompt }
    const { create, ended, bytes } = imageJobs(server)
    const job = await ended((await create({ prompt, parameters })).id)
    assert.deepEqual([job.status, job.prompt === prompt], ['completed', true], job.error_message ?? '')
    assert.equal((await bytes(job.media?.[0]?.url ?? '')).toString('hex', 0, 3), 'ffd8ff')
  }
})

test('a name that nobody knows is told, cut where a character ends', async () => {
  const { warnings } = await imageJobs(server).create({
    ...{ prompt: 'x', parameters: { model: 'procedural', width: 128, height: 128 } },
    [`${'a'.repeat(63)}🦉`]: 1,
    ...Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`unknown${n}`, n])),
  })
  assert.equal(warnings?.length, 16)
  assert.equal(warnings[0]?.loc[1], `${'a'.repeat(63)}\ufffd`)
  assertNoFault()
})

test('nobody is called whom a stranger names as a receiver', async () => {
  for (const written of OTHER_HOUSES) {
    const url = written.replace('CANARY', String(canaryPort))
    const { status, body } = await post({ prompt: 'x', webhook_url: url })
    assert.equal(status, 422, `${url}: ${body}`)
    const { detail } = JSON.parse(body) as { detail: { loc: unknown }[] }
    assert.deepEqual(
      detail.map(({ loc }) => loc),
      [['body', 'webhook_url']],
      url,
    )
  }
  assert.equal(visits, 0)
})

test('an id of one door names nothing at another, and answers as one that never was', async () => {
  const { id: image } = await small('of images')
  await makeClip(site.uploads, { name: 'clip.mp4' })
  const spec = { inputs: [{ id: 'a', source: 'clip.mp4' }], outputs: [{ id: 'a', destination: 'o.mp4' }] }
  const { job_id: pipeline } = await server.submit(spec)
  await server.ended(pipeline)
  const unknown = '00000000-0000-4000-8000-000000000000'
  for (const place of ['jobs/status/ID', 'jobs/ID/events', 'jobs/ID', 'media/ID', 'media/ID/info']) {
    const method = place === 'jobs/ID' ? 'DELETE' : 'GET'
    const answers = await Promise.all(
      [pipeline, unknown].map(id => told(server.studioUrl, method, `/api/v1/${place.replace('ID', id)}`)),
    )
    assert.deepEqual(answers[0], answers[1], place)
    assert.match(answers[0] ?? '', /^404 /, place)
  }
  const missing = 'job_00000000000000000000000000'
  for (const [method, place] of [
    ['GET', 'jobs/ID'],
    ['GET', 'jobs/ID/events'],
    ['DELETE', 'jobs/ID'],
  ] as const) {
    const answers = await Promise.all(
      [image, missing].map(async id =>
        (await told(server.url, method, `/api/v1/${place.replace('ID', id)}`)).replaceAll(id, 'ID'),
      ),
    )
    assert.deepEqual(answers[0], answers[1], place)
    assert.match(answers[0] ?? '', /^404 /, place)
  }
  assert.equal((await imageJobs(server).status(image)).status, 'completed')
})

test('a picture says what it is, and nothing else can be made of it; gone is gone, and that is no fault', async () => {
  const { media, id } = await small('<script>alert(1)</script>"; filename="evil.html')
  const [{ url, id: mediaId } = assert.fail()] = media ?? []
  const reply = await fetch(url)
  const size = (await reply.arrayBuffer()).byteLength
  assert.equal(reply.headers.get('content-type'), 'image/png')
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff')
  assert.match(reply.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.equal(reply.headers.get('content-disposition'), `inline; filename="kinora-${mediaId.slice(0, 8)}.png"`)
  const ranges = { 'bytes=0-0,2-2': 200, 'bytes=-0': 416, 'bytes=5-1': 200, 'items=0-1': 200, 'bytes=--1': 200 }
  const many = { [`bytes=${'0-0,'.repeat(1000)}1-1`]: 200, 'bytes=0-99999999999': 206, 'bytes=-99999999999': 206 }
  for (const [range, status] of Object.entries({ ...ranges, ...many, [`bytes=${size}-`]: 416 })) {
    const part = await fetch(url, { headers: { range } })
    const { byteLength } = await part.arrayBuffer()
    assert.equal(part.status, status, range.slice(0, 40))
    assert.ok(byteLength <= size, range.slice(0, 40))
  }
  const page = await fetch(`${server.studioUrl}/api/v1/jobs/status/${id}`, { headers: { accept: 'text/html' } })
  assert.match(page.headers.get('content-type') ?? '', /^application\/json/)
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 204)
  for (const method of ['GET', 'HEAD', 'DELETE']) assert.equal((await fetch(url, { method })).status, 404, method)
  await until(async () => (await site.leftovers()).length === 0)
  assertNoFault()
})

test('whoever says to be somebody else is counted as who they are', async () => {
  await using limited = await openSite()
  const { studioUrl } = await limited.start()
  const startedAt = performance.now()
  let answered = 0
  for (let n = 0; n < STATUS_LIMIT * 2; n++) {
    const claimed = `203.0.113.${n}`
    const headers = {
      ...{ 'x-forwarded-for': `${claimed}, 10.0.0.1`, forwarded: `for=${claimed}`, 'x-real-ip': claimed },
      ...{ 'true-client-ip': claimed, 'cf-connecting-ip': claimed, 'x-client-ip': claimed },
    }
    const { status } = await fetch(`${studioUrl}/api/v1/jobs/status/${n}`, { headers })
    assert.ok(status === 404 || status === 429, String(status))
    answered += Number(status === 404)
  }
  // One more is allowed each second.
  const most = STATUS_LIMIT + Math.ceil((performance.now() - startedAt) / 1000) * (STATUS_LIMIT / 60)
  assert.ok(answered <= most, `${answered} of ${most}`)
})

async function small(prompt: string): Promise<ImageJob> {
  const { create, ended } = imageJobs(server)
  const { id } = await create({ prompt, parameters: { width: 128, height: 128 } })
  return await ended(id)
}

async function post(body: object): Promise<{ readonly status: number; readonly body: string }> {
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${server.studioUrl}${GENERATE}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: reply.status, body: await reply.text() }
}

/** What everybody is told alike. */
async function told(base: string, method: string, path: string): Promise<string> {
  const reply = await fetch(`${base}${path}`, { method })
  return `${reply.status} ${(await reply.text()).replaceAll(/req_\w+/g, 'REQUEST')}`
}

/** Here nobody needs credentials, and wrong ones are refused. */
function anonymous(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/^authorization: .*\r\n/im, ''), 'latin1')
}

/** Whatever was sent was not our fault, and nothing was answered twice. */
function assertNoFault(): void {
  const faults = server
    .log()
    .split('\n')
    .filter(line => /"level":(?:50|60)|Promise errored/.test(line))
  assert.deepEqual(faults, [])
}
