// nudges.test: word reaches whoever waits for it, in any process, and nobody else; and nobody waits for ever.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../../src/db/open.ts'
import { openNudges } from '../../../src/features/images/nudges.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { forEachDatabase } from '../../fixtures/databases.ts'

const LONG_MS = 60_000
const never = new AbortController().signal

forEachDatabase((engine, open, place) => {
  test('whoever waits for a name wakes when it is rung, and others sleep on', async () => {
    await using nudges = await openNudges(await open())
    const others = new AbortController()
    const other = nudges.wait('other', LONG_MS, others.signal).catch(reason => reason)
    const waiting = [nudges.wait('abc', LONG_MS, never), nudges.wait('abc', LONG_MS, never)]
    await nudges.ring('abc')
    await Promise.all(waiting)
    const reason = new AppError('cancelled', 'enough')
    others.abort(reason)
    assert.equal(await other, reason)
  })

  test('word that comes between two looks is not lost, and is heard once', async () => {
    await using nudges = await openNudges(await open())
    await nudges.ring('abc')
    await nudges.ring('last')
    await nudges.wait('last', LONG_MS, never)
    const startedAt = performance.now()
    await nudges.wait('abc', LONG_MS, never)
    await nudges.wait('abc', 300, never)
    assert.ok(performance.now() - startedAt >= 290)
  })

  test('whoever waits in vain looks after a while; whoever is told to stop hears why', async () => {
    await using nudges = await openNudges(await open())
    await nudges.wait('abc', 20, never)
    const reason = new AppError('cancelled', 'enough')
    await assert.rejects(nudges.wait('abc', LONG_MS, AbortSignal.abort(reason)), reason)
  })

  if (engine === 'postgres')
    test('another process hears it, too', async () => {
      const where = await place()
      const [api, worker] = [await openDatabase(where), await openDatabase(where)]
      const [there, here] = [await openNudges(api), await openNudges(worker)]
      try {
        const heard = here.wait('abc', LONG_MS, never)
        await there.ring('abc')
        await heard
      } finally {
        await Promise.all([there[Symbol.asyncDispose](), here[Symbol.asyncDispose]()])
        await Promise.all([api.close(), worker.close()])
      }
    })
})
