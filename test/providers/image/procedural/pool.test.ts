// pool: threads that die, that are not needed any more, and that are too few.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Canvas } from '../../../../src/providers/image/procedural/messages.ts'
import { openPool, type Pool } from '../../../../src/providers/image/procedural/pool.ts'

const MOODY = new URL('./moody-thread.ts', import.meta.url)

function canvas(prompt: string): Canvas {
  return { prompt, seed: 1, widthPx: 128, heightPx: 128, format: 'png', quality: 80 }
}

const work = (signal = new AbortController().signal) => ({ signal, progress: () => {} })

async function paintedBy(pool: Pool): Promise<string> {
  return (await pool.paint(canvas('thread'), work())).bytes.toString()
}

test('a thread that dies fails its own picture only, and another takes its place', async () => {
  await using pool = openPool(MOODY, 1)
  const before = await paintedBy(pool)
  const orders = [
    pool.paint(canvas('throw'), work()),
    pool.paint(canvas('thread'), work()),
    pool.paint(canvas('exit'), work()),
  ]
  const [thrown, after, left] = await Promise.allSettled(orders)
  assert.equal(thrown?.status === 'rejected' && thrown.reason.code, 'provider_failed')
  assert.equal(left?.status === 'rejected' && left.reason.code, 'provider_failed')
  assert.ok(after?.status === 'fulfilled')
  assert.notEqual(after.value.bytes.toString(), before)
})

test('a thread that could not paint says so, and goes on', async () => {
  await using pool = openPool(MOODY, 1)
  const before = await paintedBy(pool)
  await assert.rejects(pool.paint(canvas('fail'), work()), { code: 'provider_failed', message: /^Procedural error: / })
  assert.equal(await paintedBy(pool), before)
})

test('a program that is no thread fails what is ordered, each time', async () => {
  await using pool = openPool(new URL('./gone.ts', import.meta.url), 2)
  for (let turn = 0; turn < 2; turn++)
    await assert.rejects(pool.paint(canvas('thread'), work()), { code: 'provider_failed' })
})

test('one thread is used again while it can be; threads that nobody needs are ended', async () => {
  await using pool = openPool(MOODY, 2, 1)
  const first = await paintedBy(pool)
  assert.equal(await paintedBy(pool), first)
  // It has a millisecond to be wanted: however long the machine takes, some day it is another.
  for (let same = first; same === first; ) {
    await new Promise(resolve => setTimeout(resolve, 20))
    same = await paintedBy(pool)
  }
})

test('what waits is dropped at once, and what is under way is told to stop', async () => {
  await using pool = openPool(MOODY, 1)
  const stop = new AbortController()
  const reason = new Error('not any more')
  const stuck = pool.paint(canvas('until stopped'), work(stop.signal))
  const waiting = new AbortController()
  const dropped = pool.paint(canvas('thread'), work(waiting.signal))
  waiting.abort(reason)
  await assert.rejects(dropped, reason)
  stop.abort(reason)
  await assert.rejects(stuck, reason)
  assert.match(await paintedBy(pool), /^\d+$/)
})
