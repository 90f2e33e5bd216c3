// progress: how far the work is that a call waits for, for whoever sent the call, and nobody else.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { eventsOf } from '../../../../sdk/events.ts'
import { AppError } from '../../../../src/lib/errors.ts'
import type { StepContext } from '../../../../src/runs/steps/contract.ts'
import { type House, openHouse } from '../../../fixtures/house.ts'
import { gate, part } from '../../../fixtures/steps.ts'
import { clipOf, openStudio, publish, RANGE, type Studio } from './open-door.ts'

const ANN = { authorization: 'Bearer ann-token' }
const BEN = { authorization: 'Bearer ben-token' }

type Told = { readonly event: string; readonly percent: number; readonly status: string }

/** Everything that is told, until the stream ends. */
async function follow({ url }: Studio, id: string, headers: Record<string, string> = {}): Promise<Told[]> {
  const answer = await fetch(`${url}/progress/${id}`, { headers })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  const told = await Array.fromAsync(eventsOf(answer))
  return told.map(({ event, data }) => ({ event, ...JSON.parse(data) }))
}

function newId(): string {
  return crypto.randomUUID()
}

function named(id: string, headers: Record<string, string> = {}): Record<string, string> {
  return { ...headers, 'x-progress-id': id }
}

/** A maker that comes to 40 per cent, waits, goes back, and makes something. */
function slowly(held: ReturnType<typeof gate>) {
  return async (context: StepContext) => {
    context.progress(0.4)
    await held.pass(context)
    context.progress(0.2)
    return undefined
  }
}

export function progress(house: () => House): void {
  test('a call is followed from before it begins to its end, and per cents never go back', async () => {
    await using studio = await openStudio(house())
    const id = newId()
    const following = follow(studio, id)
    assert.equal((await studio.prepare(clipOf('followed'), named(id))).status, 200)
    const told = await following
    assert.deepEqual(told[0], { event: 'progress', percent: 0, status: 'pending' })
    assert.deepEqual(told.at(-1), { event: 'end', percent: 100, status: 'completed' })
    const percents = told.map(({ percent }) => percent)
    assert.deepEqual(
      percents,
      percents.toSorted((one, other) => one - other),
    )
    assert.equal(told.filter(({ event }) => event === 'end').length, 1)
  })

  test('what a maker has done is told while it goes on', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    const held = gate()
    const work = slowly(held)
    house().play(
      part('motion.convert', async context => {
        await work(context)
        return await publish(house(), context, 'photo', 'a photo')
      }),
    )
    const id = newId()
    const photo = studio.form('/convert', { session_id, ...RANGE }, named(id))
    const answer = await fetch(`${studio.url}/progress/${id}`)
    const percents: number[] = []
    for await (const { data } of eventsOf(answer)) {
      const { percent } = JSON.parse(data)
      percents.push(percent)
      if (percent === 40) held.open()
    }
    assert.equal((await photo).status, 200)
    assert.deepEqual([...new Set(percents)], [0, 40, 100])
  })

  test('a call that fails or is cancelled ends in these words', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    const held = gate()
    house().play(
      part('motion.thumbnail', async () => Promise.reject(new AppError('media_damaged', 'broken'))),
      part('motion.convert', slowly(held)),
    )
    const failing = newId()
    const cancelled = newId()
    const refused = await studio.post('/thumbnail', { session_id, timestamp: 1 }, named(failing))
    assert.equal(refused.status, 400)
    assert.equal((await follow(studio, failing)).at(-1)?.status, 'failed')
    const photo = studio.form('/convert', { session_id, ...RANGE }, named(cancelled))
    await held.reached
    const following = follow(studio, cancelled)
    await studio.post('/cleanup', { session_id })
    assert.equal((await photo).status, 404)
    assert.equal((await following).at(-1)?.status, 'cancelled')
  })

  test('a client that comes back hears what it has not heard, and when all has been said, nothing', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    const id = newId()
    await studio.post('/thumbnail', { session_id, timestamp: 1 }, named(id))
    const events = (await studio.send('GET', `/progress/${id}`)).bytes.toString().matchAll(/^id: (\d+)$/gm)
    const numbers = [...events].map(([, number]) => Number(number))
    const last = numbers.at(-1) ?? 0
    const heard = await follow(studio, id, { 'last-event-id': String(last - 1) })
    assert.deepEqual(heard, [{ event: 'end', percent: 100, status: 'completed' }])
    const nothing = await studio.send('GET', `/progress/${id}`, { headers: { 'last-event-id': String(last) } })
    assert.equal(nothing.status, 204)
  })

  test("somebody else's is exactly as one that never was, and what is no id is answered at once", async () => {
    await using studio = await openStudio(house())
    const id = newId()
    await studio.prepare(clipOf('of ann'), named(id, ANN))
    const ask = async (asked: string, headers: Record<string, string>) => {
      const { status, json } = await studio.send('GET', `/progress/${asked}`, { headers })
      const { timestamp: _, ...told } = json()
      return { status, ...told }
    }
    const none = { status: 404, detail: 'Nothing is being made under this id', error_code: 'INVALID_PARAMETER' }
    const asking = [ask(id, BEN), ask(id, {}), ask(newId(), ANN)]
    for (const text of ['short', 'a'.repeat(65), `${'a'.repeat(20)}%21`, "'%20or%201=1%20--%20a-b-c"])
      assert.deepEqual(await ask(text, ANN), none, text)
    assert.deepEqual(await Promise.all(asking), [none, none, none])
    assert.equal((await follow(studio, id, ANN)).at(-1)?.event, 'end')
    assert.equal(
      (await studio.send('GET', `/progress/${id}`, { headers: { authorization: 'Bearer wrong' } })).status,
      401,
    )
  })

  test('a name that could be guessed is refused before the body is read, and without one nothing changes', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    for (const bad of ['', 'short', 'a'.repeat(65), `${'a'.repeat(20)} b`, `${'a'.repeat(20)}/../x`]) {
      const replies = [
        await studio.prepare(clipOf('x'), named(bad)),
        await studio.form('/convert', { session_id, ...RANGE }, named(bad)),
        await studio.post('/thumbnail', { session_id, timestamp: 1 }, named(bad)),
      ]
      for (const reply of replies)
        assert.deepEqual([reply.status, reply.json()['error_code']], [400, 'INVALID_PARAMETER'], bad)
    }
    const { status } = await studio.form('/convert', { session_id, ...RANGE })
    assert.equal(status, 200)
  })

  test('following counts nowhere', async () => {
    await using studio = await openStudio(house(), { limits: { address: 2, token: 0 } })
    const id = newId()
    assert.equal((await studio.prepare(clipOf('counted'), named(id))).status, 200)
    for (let time = 0; time < 5; time += 1) await follow(studio, id)
    assert.equal((await studio.prepare(clipOf('counted'))).status, 200)
    assert.equal((await studio.prepare(clipOf('counted'))).status, 429)
  })
}

export function progressElsewhere(house: () => House): void {
  test('it is followed by a process that does none of the work', async t => {
    const { place } = house()
    const front = await openHouse(place, { name: 'front' })
    t.after(async () => {
      await front.close()
      await rm(front.scratch, { recursive: true, force: true })
    })
    await using studio = await openStudio(front)
    const held = gate()
    house().play(
      part('motion.prepare', async context => {
        context.progress(0.4)
        await held.pass(context)
        return await publish(house(), context, 'preview', 'made elsewhere')
      }),
    )
    const id = newId()
    const answer = await Promise.all([
      studio.prepare(clipOf('elsewhere'), named(id)),
      (async () => {
        const percents: number[] = []
        for await (const { data } of eventsOf(await fetch(`${studio.url}/progress/${id}`))) {
          const { percent } = JSON.parse(data)
          percents.push(percent)
          if (percent === 40) held.open()
        }
        return percents
      })(),
    ])
    assert.equal(answer[0].status, 200, String(answer[0].bytes))
    assert.deepEqual([...new Set(answer[1])], [0, 40, 100])
  })
}
