// webhooks: whoever asked is told how a job has ended, in the document's words, and nothing before that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { tellImageJob } from '../../../src/features/images/teller.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { startSender } from '../../../src/runs/webhooks/sender.ts'
import { until } from '../../fixtures/children.ts'
import { forEachHouse, type House } from '../../fixtures/house.ts'
import { openReceiver } from '../../fixtures/receiver.ts'
import { gate, part } from '../../fixtures/steps.ts'
import { FETCHER, webhooksOf } from '../../runs/webhooks/sending.ts'
import { ANN, openImages } from './open-door.ts'

async function startTelling({ db }: House) {
  const tellers = new Map([['images', tellImageJob]])
  const means = { db, fetcher: FETCHER, tellers, userAgent: 'Kinora/1.2.3', log: pino({ level: 'silent' }) }
  const sender = await startSender(means, { concurrency: 4, drainSeconds: 0, delaysSeconds: [0, 0, 0] })
  return { [Symbol.asyncDispose]: () => sender.stop() }
}

forEachHouse(house => {
  test('a completed job is told once, with its picture, and signed', async () => {
    await using receiver = await openReceiver()
    await using images = await openImages(house())
    await using _sender = await startTelling(house())
    const { id } = (await images.generate({ prompt: 'x', webhook_url: `${receiver.url}/hook` }, ANN)).json()
    const [heard] = await receiver.until(1)
    const job = (await images.get(`/api/v1/jobs/status/${id}`, ANN)).json()
    const [media] = job['media'] as unknown as { id: string; url: string }[]
    assert.deepEqual(heard?.json, { job_id: id, status: 'completed', media_url: media?.url, media_id: media?.id })
    assert.equal((await fetch(media?.url ?? '')).status, 200)
    const { secret } = await webhooksOf(house()).secret('token:ann')
    new Webhook(secret).verify(heard?.body ?? '', { ...heard?.headers })
    await until(async () => {
      const told = await webhooksOf(house()).deliveries(String(id), { owner: 'token:ann' })
      return told.length === 1 && told[0]?.type === 'run.completed' && told[0].status === 'delivered'
    })
    assert.equal(receiver.heard.length, 1)
  })

  test('several pictures are all told', async () => {
    await using receiver = await openReceiver()
    await using images = await openImages(house())
    await using _sender = await startTelling(house())
    const parameters = { num_outputs: 2 }
    await images.generate({ prompt: 'x', parameters, webhook_url: receiver.url })
    const [heard] = await receiver.until(1)
    const body = heard?.json as unknown as { media: object[]; media_url: string; media_id: string }
    const { media_url, media_id, media } = body
    assert.equal(media.length, 2)
    assert.deepEqual(media[0], { media_url, media_id })
  })

  test('a failed job is told with the words of its maker', async () => {
    await using receiver = await openReceiver()
    await using images = await openImages(house())
    await using _sender = await startTelling(house())
    const error = new AppError('provider_failed', 'Replicate API error: Model not found')
    house().play({ ...part('image.generate', async () => Promise.reject(error)), retries: 0 })
    const { id } = (await images.generate({ prompt: 'x', webhook_url: receiver.url })).json()
    const [heard] = await receiver.until(1)
    assert.deepEqual(heard?.json, {
      ...{ job_id: id, status: 'failed', error: 'Replicate API error: Model not found' },
      error_details: { retry_count: 0, max_retries: 3 },
    })
  })

  test('a cancelled job is told, too, and what is not told leaves no delivery', async () => {
    await using receiver = await openReceiver()
    await using images = await openImages(house())
    const never = gate()
    house().play(part('image.generate', context => never.pass(context)))
    const { id } = (await images.generate({ prompt: 'x', webhook_url: receiver.url })).json()
    await never.reached
    // That it has begun waits to be sent, and keeps nobody from hearing of the end.
    assert.equal((await webhooksOf(house()).deliveries(String(id), { owner: 'anonymous' })).length, 1)
    await images.send('DELETE', `/api/v1/jobs/${id}`)
    await using _sender = await startTelling(house())
    const [heard] = await receiver.until(1)
    assert.deepEqual(heard?.json, { job_id: id, status: 'cancelled' })
    await until(async () => {
      const told = await webhooksOf(house()).deliveries(String(id), { owner: 'anonymous' })
      return told.length === 1 && told[0]?.type === 'run.cancelled' && told[0].status === 'delivered'
    })
  })
})
