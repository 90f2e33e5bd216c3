// outage.test: a database that is away for a while costs nothing that was done, and nobody is taken for dead for it.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../src/lib/errors.ts'
import { persistently } from '../../src/runs/persistently.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { openHouse } from '../fixtures/house.ts'
import { type PostgresCluster, startPostgres } from '../fixtures/postgres.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'

const away = () => new AppError('unavailable', 'The database cannot be reached')

describe('a write that ends an attempt', () => {
  test('is tried again while the database is away, and once only when it is there', async () => {
    let tries = 0
    await persistently(new AbortController().signal, async () => {
      if (++tries < 3) throw away()
    })
    assert.equal(tries, 3)
  })

  test('is not tried again when it was refused', async () => {
    let tries = 0
    const refused = persistently(new AbortController().signal, async () => {
      tries++
      throw new AppError('attempt_stale', 'over')
    })
    await assert.rejects(refused, { code: 'attempt_stale' })
    assert.equal(tries, 1)
  })

  test('is given up soon after the attempt is stopped', async () => {
    const stopping = new AbortController()
    let tries = 0
    const given = persistently(stopping.signal, async () => {
      if (++tries === 2) stopping.abort()
      throw away()
    })
    await assert.rejects(given, { code: 'unavailable' })
    assert.equal(tries, 3)
  })
})

describe('postgres', () => {
  let cluster: PostgresCluster
  before(async () => {
    cluster = await startPostgres()
  })
  after(() => cluster.stop())

  test('steps that end or go on while it is away count once, and neither fail nor are lost', async () => {
    const { directory } = await placeEmbedded()
    try {
      await using house = await openHouse({ directory, url: await cluster.createDatabase() })
      const [short, long] = [gate(), gate()]
      house.play(
        ...planOnly(async () => ({
          steps: ['short', 'long'].map(name => ({
            ...{ name, kind: name, queue: 'quick', params: {}, needs: ['plan'], weight: 45 },
          })),
        })),
        part('short', short.pass),
        part('long', long.pass),
      )
      await house.work({ heartbeatSeconds: 1 })
      const run = await house.start(ANY_SPEC)
      await Promise.all([short.reached, long.reached])
      await cluster.stopImmediate()
      short.open()
      // Longer than the silence after which a worker is taken for dead.
      await delay(4000)
      await cluster.start()
      for await (const { type, data } of house.runs.events(run.id, run, 0, AbortSignal.timeout(30_000)))
        if (type === 'step.completed' && data['step'] === 'short') break
      long.open()
      const ended = await house.ended(run)
      assert.equal(ended.status, 'completed')
      assert.deepEqual(
        ended.steps.map(({ attempt, failures, losses }) => [attempt, failures, losses]),
        ended.steps.map(() => [1, 0, 0]),
      )
      assert.deepEqual(await house.leftovers(), [])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
