// message.test: the headers and the signature of the Standard Webhooks specification, with the secret and id of its example.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toMessage } from '../../../src/runs/webhooks/message.ts'

test('a message is signed over its id, its time and its body', () => {
  const { body, headers } = toMessage(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: { test: 2432232314 }, secrets: [SECRET] },
    { now: new Date(1_614_265_330_000), userAgent: 'Kinora/1.2.3' },
  )
  assert.equal(body, '{"test":2432232314}')
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    'user-agent': 'Kinora/1.2.3',
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': `v1,${SIGNATURE}`,
  })
})

test('every secret signs', () => {
  const two = toMessage(
    { id: 'evt_1', body: {}, secrets: [SECRET, `whsec_${Buffer.alloc(32).toString('base64')}`] },
    { now: new Date(0), userAgent: 'x' },
  )
  assert.match(two.headers['webhook-signature'] ?? '', /^v1,[^ ]{44} v1,[^ ]{44}$/)
})

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
// As `openssl dgst -sha256 -mac HMAC` says.
const SIGNATURE = 'Vif40peJBP7Iyl0XGmu61n4MwdrcHov5CFREBpE0svs='
