// word: a webhook is believed when Replicate has signed it, these five minutes, byte for byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replicateWord } from '../../../../src/providers/image/replicate/word.ts'
import { FLUX } from '../../../fixtures/vendors/replicate/attempt.ts'
import { type SignedWord, signWord } from '../../../fixtures/vendors/replicate/words.ts'
import { startReplicate } from '../../../fixtures/vendors/replicate.ts'

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const BODY = '{"id":"gm3qorzdhgbfurvjtvhg6dckhu","status":"succeeded","output":["https://replicate.delivery/ü.png"]}'
const SETTINGS = { url: 'http://127.0.0.1:9/v1', token: 'r8_token', models: undefined, webhookSecret: SECRET }

const read = replicateWord(SETTINGS)
const hear = ({ headers, body }: SignedWord) => read(headers, Buffer.from(body))
const minutes = (count: number) => new Date(Date.now() + count * 60_000)

test('a word that is signed names its prediction, as often as it comes', async () => {
  const word = signWord(SECRET, BODY)
  assert.equal(await hear(word), 'gm3qorzdhgbfurvjtvhg6dckhu')
  assert.equal(await hear(word), 'gm3qorzdhgbfurvjtvhg6dckhu')
})

test('one good signature among several is enough', async () => {
  const word = signWord(SECRET, BODY)
  const many = `v1,AAAA v1a,BBBB ${word.headers['webhook-signature']}`
  assert.equal(await hear({ ...word, headers: { ...word.headers, 'webhook-signature': many } }), JSON.parse(BODY).id)
})

const signed = signWord(SECRET, BODY)
const without = (name: string): SignedWord => ({ ...signed, headers: { ...signed.headers, [name]: '' } })
const replaced = (name: string, value: string): SignedWord => ({
  ...signed,
  headers: { ...signed.headers, [name]: value },
})

const FALSE_WORDS: Readonly<Record<string, SignedWord>> = {
  'of another secret': signWord(`whsec_${Buffer.from('another').toString('base64')}`, BODY),
  'with another body': { ...signed, body: BODY.replace('gm3', 'gm4') },
  'with one more byte': { ...signed, body: `${BODY} ` },
  'of six minutes ago': signWord(SECRET, BODY, minutes(-6)),
  'of six minutes from now': signWord(SECRET, BODY, minutes(6)),
  'replayed under another id': replaced('webhook-id', 'msg_other'),
  'replayed with another time': replaced('webhook-timestamp', String(Math.floor(Date.now() / 1000) + 30)),
  'with a time that is none': replaced('webhook-timestamp', 'now'),
  'with a signature that is none': replaced('webhook-signature', 'v1'),
  'without a signature': without('webhook-signature'),
  'without an id': without('webhook-id'),
  'without a time': without('webhook-timestamp'),
}

for (const [what, word] of Object.entries(FALSE_WORDS))
  test(`a word ${what} is not believed`, async () => {
    await assert.rejects(hear(word), { code: 'unauthorized' })
  })

test('a word that is signed and names nothing is refused', async () => {
  await assert.rejects(hear(signWord(SECRET, '{"status":"succeeded"}')), { code: 'request_invalid' })
  await assert.rejects(hear(signWord(SECRET, '{"id":"../secret"}')), { code: 'request_invalid' })
})

test('Replicate is asked for the secret once, and again only a while after it did not say it', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await using vendor = await startReplicate()
  vendor.askElsewhere(FLUX, { prompt: 'a fox', seed: 1 }, 0)
  const id = vendor.predictions[0]?.id ?? ''
  const strange = replicateWord({ url: vendor.url, token: 'another-token', models: undefined })
  const own = replicateWord({ url: vendor.url, token: vendor.key, models: undefined })
  const { headers, body } = vendor.word(id)
  for (const asked of [1, 1, 2]) {
    if (asked === 2) t.mock.timers.tick(10_000)
    await assert.rejects(strange(headers, Buffer.from(body)), { code: 'provider_refused' })
    assert.equal(vendor.heard.length, asked)
  }
  const heard = await Promise.all([1, 2, 3].map(() => own(headers, Buffer.from(body))))
  assert.deepEqual(heard, [id, id, id])
  assert.equal(vendor.heard.length, 3)
})

test('nobody is asked for a secret because of a word without a signature', async () => {
  await using vendor = await startReplicate()
  const own = replicateWord({ url: vendor.url, token: vendor.key, models: undefined })
  await assert.rejects(own({}, Buffer.from(BODY)), { code: 'unauthorized' })
  assert.deepEqual(vendor.heard, [])
})
