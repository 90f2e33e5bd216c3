// images-callers: who calls as if they were Replicate: without its signature nobody is listened to, and with it nobody is
// believed; where Replicate is not set up, nobody is at home.
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { REPLICATE_PATH } from '../../src/features/images/caller-routes.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { type SignedWord, signWord } from '../fixtures/vendors/replicate/words.ts'
import { request, send } from './raw.ts'

const SECRET = `whsec_${randomBytes(24).toString('base64')}`
const OTHER = `whsec_${randomBytes(24).toString('base64')}`
const BODY = JSON.stringify({ id: 'ufawqhfynnddngldkgtslldrkq', status: 'succeeded', output: ['http://10.0.0.1/'] })
const MINUTE_MS = 60_000

let site: Site
let elsewhere: Site
let server: Server
before(async () => {
  ;[site, elsewhere] = await Promise.all([openSite(), openSite()])
  // At that address nobody listens: whatever comes of a call, nobody is asked.
  const replicate = { KINORA_REPLICATE_URL: 'http://127.0.0.1:9/v1', KINORA_REPLICATE_TOKEN: 'r8_of_this_test_alone' }
  server = await site.start({
    env: { ...replicate, KINORA_REPLICATE_WEBHOOK_SECRET: SECRET, KINORA_LOG_LEVEL: 'trace' },
  })
})
after(async () => {
  await site?.close()
  await elsewhere?.close()
})

const now = () => signWord(SECRET, BODY)
const changed = (headers: Readonly<Record<string, string>>, body = BODY): SignedWord => ({
  body,
  headers: { ...now().headers, ...headers },
})
const without = (name: string): SignedWord => ({
  body: BODY,
  headers: Object.fromEntries(Object.entries(now().headers).filter(([known]) => known !== name)),
})

const FORGED: Readonly<Record<string, () => SignedWord>> = {
  'nothing but a body': () => ({ body: BODY, headers: { 'content-type': 'application/json' } }),
  'no id': () => without('webhook-id'),
  'no time': () => without('webhook-timestamp'),
  'no signature': () => without('webhook-signature'),
  'the signature of somebody else': () => signWord(OTHER, BODY),
  'the signature of another body': () => changed({}, BODY.replace('ufawq', 'ufawz')),
  'the signature of no body': () => changed({}, ''),
  'the signature of another id': () => changed({ 'webhook-id': 'msg_other' }),
  'the signature of another time': () => changed({ 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 1) }),
  'yesterday’s word': () => signWord(SECRET, BODY, new Date(Date.now() - 24 * 60 * MINUTE_MS)),
  'a word of six minutes ago': () => signWord(SECRET, BODY, new Date(Date.now() - 6 * MINUTE_MS)),
  'a word of six minutes to come': () => signWord(SECRET, BODY, new Date(Date.now() + 6 * MINUTE_MS)),
  'a time that is none': () => changed({ 'webhook-timestamp': 'NaN' }),
  'a time without end': () => changed({ 'webhook-timestamp': '9'.repeat(300) }),
  'a time with more before it': () => changed({ 'webhook-timestamp': `x${Math.floor(Date.now() / 1000)}` }),
  'a signature of nothing': () => changed({ 'webhook-signature': 'v1,' }),
  'a signature of another kind': () => changed({ 'webhook-signature': `v1a,${'A'.repeat(44)}=` }),
  'a signature without a kind': () =>
    changed({ 'webhook-signature': now().headers['webhook-signature']?.slice(3) ?? '' }),
  'a signature in hexadecimal': () => changed({ 'webhook-signature': `v1,${hexadecimal()}` }),
  'a thousand signatures': () => changed({ 'webhook-signature': `v1,${'A'.repeat(8)} `.repeat(1000) }),
}

const SIGNED: Readonly<Record<string, () => SignedWord>> = {
  'no JSON': () => signWord(SECRET, 'not JSON'),
  nothing: () => signWord(SECRET, ''),
  'a list': () => signWord(SECRET, '[]'),
  'no id of theirs': () => signWord(SECRET, '{"status":"succeeded"}'),
  'an id with a path': () => signWord(SECRET, '{"id":"../../webhooks/default/secret"}'),
  'an id that is a command': () => signWord(SECRET, `{"id":"x'; drop table runs; --"}`),
  'an id of ten thousand letters': () => signWord(SECRET, `{"id":"${'x'.repeat(10_000)}"}`),
  'an id with a NUL': () => signWord(SECRET, '{"id":"a\\u0000b"}'),
}

test('what is not signed by them, now, over these very bytes, is from nobody', async () => {
  for (const [label, forge] of Object.entries(FORGED)) assert.equal(await tell(server, forge()), 401, label)
  assertCalm()
})

test('a word of theirs makes us look, however often it comes; one that names nothing is refused', async () => {
  const word = now()
  assert.deepEqual([await tell(server, word), await tell(server, word), await tell(server, word)], [204, 204, 204])
  for (const [label, sign] of Object.entries(SIGNED)) {
    const status = await tell(server, sign())
    assert.ok(status === 400 || status === 401, `${label}: ${status}`)
  }
  assertCalm()
})

test('a word without end is not read, and other ways to call are none', async () => {
  const { headers } = now()
  const port = Number(new URL(server.studioUrl).port)
  const long = request('', 'POST', REPLICATE_PATH, { headers: { ...headers, 'content-length': '50000000' }, body: '{' })
  assert.equal((await send(port, long)).status, 413)
  assert.equal(await tell(server, signWord(SECRET, JSON.stringify({ id: 'x', logs: 'x'.repeat(500_000) }))), 413)
  for (const method of ['GET', 'PUT', 'DELETE'])
    assert.equal((await fetch(`${server.studioUrl}${REPLICATE_PATH}`, { method, headers })).status, 405, method)
  assertCalm()
})

test('where Replicate is not set up, a word is from nobody, whoever has signed it', async () => {
  const other = await elsewhere.start()
  for (const make of [...Object.values(FORGED), ...Object.values(SIGNED), now])
    assert.equal(await tell(other, make()), 401)
})

async function tell({ studioUrl }: Server, { headers, body }: SignedWord): Promise<number> {
  const reply = await fetch(`${studioUrl}${REPLICATE_PATH}`, { method: 'POST', headers, body })
  const text = await reply.text()
  if (reply.status !== 204) assert.match(text, /^\{"detail":"[^"]+","request_id":"req_\w+"\}$/)
  return reply.status
}

function hexadecimal(): string {
  return createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
    .update(BODY)
    .digest('hex')
}

/** Nothing of it was our own fault, and the log tells no secret. */
function assertCalm(): void {
  const log = server.log()
  assert.doesNotMatch(log, /"level":(?:50|60)/)
  assert.ok(!log.includes(SECRET) && !log.includes('r8_of_this_test_alone'))
}
