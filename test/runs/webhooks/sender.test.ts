// sender.test: what is told of a run arrives, in order, signed, at least once, whatever the receiver does.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { afterEach, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { openFetcher } from '../../../src/fetch/open.ts'
import { forEachHouse } from '../../fixtures/house.ts'
import { HANG, openReceiver } from '../../fixtures/receiver.ts'
import { gate, planOnly } from '../../fixtures/steps.ts'
import { answersOf, deliveriesOf, sendFrom, startHeard, webhooksOf } from './sending.ts'

forEachHouse(house => {
  // What one test leaves to be sent is nothing to the next.
  afterEach(() => house().db.execute('delete from deliveries'))

  test('a run tells that it has started and completed, in order, each under an id of its own', async () => {
    await using receiver = await openReceiver()
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), `${receiver.url}/hook?key=1`))
    const [started, completed] = await receiver.until(2)
    assert.deepEqual([started?.type, completed?.type], ['job.started', 'job.completed'])
    assert.match(started?.id ?? '', /^evt_/)
    assert.notEqual(started?.id, completed?.id)
    assert.equal(started?.path, '/hook?key=1')
    assert.deepEqual([started?.json.data['job_id'], started?.json.data['status']], [run.id, 'processing'])
    assert.deepEqual([completed?.json.data['job_id'], completed?.json.data['status']], [run.id, 'completed'])
    assert.equal(completed?.headers['user-agent'], 'Kinora/1.2.3')
    assert.equal(completed?.headers['content-type'], 'application/json')
    const deliveries = await deliveriesOf(house(), run)
    assert.deepEqual(
      deliveries.map(({ id, type, status }) => [id, type, status]),
      [
        [started?.id, 'run.started', 'delivered'],
        [completed?.id, 'run.completed', 'delivered'],
      ],
    )
  })

  test('a run without a URL, and events that nobody waits for, are not told', async () => {
    house().play(...planOnly())
    const run = await house().run({
      inputs: [{ id: 'a', source: 'a.mp4' }],
      outputs: [{ id: 'a', destination: 'b.mp4' }],
    })
    assert.deepEqual(await webhooksOf(house()).deliveries(run.id, run), [])
  })

  test('what is sent late tells the run as it was when the event happened', async () => {
    await using receiver = await openReceiver()
    house().play(...planOnly())
    await house().ended(await startHeard(house(), receiver.url))
    await using _sender = await sendFrom(house())
    const heard = await receiver.until(2)
    assert.deepEqual(
      heard.map(({ json: { data } }) => [data['status'], 'completed_at' in data]),
      [
        ['processing', false],
        ['completed', true],
      ],
    )
  })

  test('a signature is what the specification says, for the owner’s secret and no other', async () => {
    await using receiver = await openReceiver()
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    await house().ended(await startHeard(house(), receiver.url, 'signer'))
    const { secret } = await webhooksOf(house()).secret('signer')
    const stranger = await webhooksOf(house()).secret('stranger')
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.equal((await webhooksOf(house()).secret('signer')).secret, secret)
    for (const { id, headers, body } of await receiver.until(2)) {
      new Webhook(secret).verify(body, { ...headers })
      assert.throws(() => new Webhook(stranger.secret).verify(body, { ...headers }))
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
      const signed = `${id}.${headers['webhook-timestamp']}.${body}`
      const own = createHmac('sha256', key).update(signed).digest('base64')
      assert.equal(headers['webhook-signature'], `v1,${own}`)
    }
  })

  test('after a rotation the former secret signs beside the new one, and not for ever', async () => {
    await using receiver = await openReceiver()
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    const before = await webhooksOf(house()).secret('rotator')
    const after = await webhooksOf(house()).rotateSecret('rotator')
    assert.notEqual(before.secret, after.secret)
    assert.equal((await webhooksOf(house()).secret('rotator')).secret, after.secret)
    await house().ended(await startHeard(house(), receiver.url, 'rotator'))
    const [both] = await receiver.until(2)
    assert.equal(both?.headers['webhook-signature']?.split(' ').length, 2)
    for (const { secret } of [before, after]) new Webhook(secret).verify(both?.body ?? '', { ...both?.headers })
    await house().db.execute(`update webhook_secrets set signs_until = now() where signs_until is not null`)
    await house().ended(await startHeard(house(), receiver.url, 'rotator'))
    const later = (await receiver.until(4)).at(-1)
    assert.throws(() => new Webhook(before.secret).verify(later?.body ?? '', { ...later?.headers }))
    new Webhook(after.secret).verify(later?.body ?? '', { ...later?.headers })
  })

  test('however often somebody rotates, and at once, one secret is the current one and few are kept', async () => {
    const { rotateSecret, secret } = webhooksOf(house())
    for (let round = 0; round < 4; round++)
      await Promise.all(Array.from({ length: 5 }, async () => await rotateSecret('restless')))
    for (let round = 0; round < 8; round++) await rotateSecret('restless')
    const { rows } = await house().db.execute(`
      select secret from webhook_secrets where owner = 'restless' order by signs_until desc nulls first`)
    assert.equal((rows[0] as { secret: string }).secret, (await secret('restless')).secret)
    assert.ok(rows.length <= 7, `${rows.length}`)
  })

  test('an answer that is not 2xx is a failed attempt; the next one has the same id and a signature of its own', async () => {
    await using canary = await openReceiver()
    await using receiver = await openReceiver()
    receiver.answer((_heard, index) => {
      if (index === 0) return 500
      if (index === 1) return response => response.writeHead(301, { location: canary.url }).end()
      return 200
    })
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url, 'ann'))
    const heard = await receiver.until(4)
    assert.equal(new Set(heard.slice(0, 3).map(({ id, body }) => `${id} ${body}`)).size, 1)
    const [started, completed] = await deliveriesOf(house(), run)
    assert.deepEqual(started && answersOf(started), [500, 301, 200])
    assert.deepEqual(completed && answersOf(completed), [200])
    assert.ok(started?.attempts.every(({ durationMs = -1 }) => durationMs >= 0))
    assert.equal(canary.heard.length, 0)
    const { secret } = await webhooksOf(house()).secret('ann')
    for (const { body, headers } of heard) new Webhook(secret).verify(body, { ...headers })
  })

  test('a receiver that names a time is not called before', async () => {
    await using receiver = await openReceiver()
    receiver.answer(() => response => response.writeHead(429, { 'retry-after': '3600' }).end())
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    const [started] = await deliveriesOf(house(), run, ([first]) => first?.attempts[0]?.status === 429)
    const pauseMs = (started?.nextAt?.getTime() ?? 0) - (started?.attempts[0]?.startedAt.getTime() ?? 0)
    assert.ok(pauseMs >= 3_600_000 && pauseMs < 3_700_000, `${pauseMs} ms`)
    assert.equal(started?.status, 'pending')
  })

  test('410 gives up what else there is to tell of the run, also what comes later, and nothing of other runs', async () => {
    await using receiver = await openReceiver()
    const ids = new Map<unknown, number>()
    receiver.answer(({ json }) => ids.get(json.data['job_id']) ?? 204)
    await using _sender = await sendFrom(house())
    const held = gate()
    house().play(...planOnly(held.pass))
    const run = await startHeard(house(), receiver.url)
    ids.set(run.id, 410)
    await held.reached
    await deliveriesOf(house(), run, ([first]) => first?.status === 'given_up')
    held.open()
    const other = await startHeard(house(), receiver.url)
    for (const each of [run, other]) await house().ended(each)
    assert.deepEqual(
      (await deliveriesOf(house(), run)).map(({ type, status, attempts }) => [type, status, attempts.length]),
      [
        ['run.started', 'given_up', 1],
        ['run.completed', 'given_up', 0],
      ],
    )
    assert.ok((await deliveriesOf(house(), other)).every(({ status }) => status === 'delivered'))
  })

  test('a receiver that hangs, cuts the line or is gone for a while fails attempts, and hears it in the end', async () => {
    const receiver = await openReceiver()
    receiver.answer((_heard, index) => (index === 0 ? HANG : response => response.destroy()))
    await using _sender = await sendFrom(house(), { timeoutMs: 300, delaysSeconds: Array(2000).fill(0) })
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    await receiver.until(2)
    await receiver.close()
    const failures = (count: number) => deliveriesOf(house(), run, ([first]) => (first?.attempts.length ?? 0) > count)
    const before = (await failures(2))[0]?.attempts.length ?? 0
    // Whoever is called at a port where nobody listens.
    await failures(before + 2)
    await using again = await openReceiver(receiver.port)
    await again.until(2)
    const [started, completed] = await deliveriesOf(house(), run)
    assert.deepEqual([started?.status, completed?.status], ['delivered', 'delivered'])
    const answers = started ? answersOf(started) : []
    assert.ok(
      answers.slice(0, -1).every(answer => answer === 'no_answer'),
      JSON.stringify(answers),
    )
    assert.ok(started?.attempts.slice(0, -1).every(({ durationMs = 1 }) => durationMs % 1000 === 0))
  })

  test('after the last attempt it is given up, the next event is told, and by hand it is sent under the same id', async () => {
    await using receiver = await openReceiver()
    receiver.answer(({ type }) => (type === 'job.started' ? 503 : 200))
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    const run = await house().ended(await startHeard(house(), receiver.url))
    const [started, completed] = await deliveriesOf(house(), run)
    assert.deepEqual([started?.status, completed?.status], ['given_up', 'delivered'])
    assert.equal(started?.attempts.length, 3)
    receiver.answer(() => 200)
    for (const { id } of [started, completed].flatMap(delivery => delivery ?? [])) {
      const again = await webhooksOf(house()).redeliver(run.id, id, run)
      // It may have been sent before the answer was read.
      assert.equal(again.id, id)
      assert.ok(['pending', 'delivered'].includes(again.status), again.status)
      await deliveriesOf(house(), run)
    }
    const heard = await receiver.until(6)
    assert.deepEqual(
      heard.slice(-2).map(({ id }) => id),
      [started?.id, completed?.id],
    )
    assert.deepEqual((await deliveriesOf(house(), run)).map(answersOf), [
      [503, 503, 503, 200],
      [200, 200],
    ])
  })

  test('an address inside is refused unless it is allowed, also when its name only later leads there', async () => {
    await using receiver = await openReceiver()
    const strict = openFetcher({ allow: [], maxBytes: 1, resolver: async () => ['127.0.0.1'] })
    assert.throws(() => strict.check(receiver.url), { code: 'location_refused' })
    webhooksOf(house()).check(receiver.url)
    const named = strict.check(`http://hooks.example/`)
    await using _sender = await sendFrom(house(), {}, strict)
    house().play(...planOnly())
    for (const url of [receiver.url, named]) {
      const run = await house().ended(await startHeard(house(), url))
      const deliveries = await deliveriesOf(house(), run)
      assert.deepEqual(deliveries.map(answersOf), Array(2).fill(Array(3).fill('refused')))
    }
    assert.equal(receiver.heard.length, 0)
  })

  test('somebody else’s deliveries are not found, nor is a delivery of another run', async () => {
    await using receiver = await openReceiver()
    await using _sender = await sendFrom(house())
    house().play(...planOnly())
    const [mine, other] = [await startHeard(house(), receiver.url), await startHeard(house(), receiver.url)]
    const [delivery] = await deliveriesOf(house(), await house().ended(mine), ([first]) => first !== undefined)
    await house().ended(other)
    const { deliveries, redeliver } = webhooksOf(house())
    const eve = { owner: 'eve' }
    await assert.rejects(deliveries(mine.id, eve), { code: 'run_not_found' })
    await assert.rejects(redeliver(mine.id, delivery?.id ?? '', eve), { code: 'run_not_found' })
    await assert.rejects(redeliver(other.id, delivery?.id ?? '', mine), { code: 'delivery_not_found' })
    assert.equal((await deliveries(mine.id, { owner: 'root', seesAll: true })).length, 2)
  })
})
