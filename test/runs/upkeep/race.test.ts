// race.test: bytes that are taken away and stored again at the same moment are not lost, whoever comes first.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { objectKey } from '../../../src/runs/artifacts.ts'
import { takeAway } from '../../../src/runs/upkeep/bytes.ts'
import type { Storage } from '../../../src/storage/contract.ts'
import { forEachDatabase } from '../../fixtures/databases.ts'
import { openKeeping } from '../../fixtures/upkeep.ts'

forEachDatabase((_engine, open) => {
  test('whoever stores first keeps the bytes, although they were condemned long ago', async () => {
    const db = await open()
    const door = holdUp()
    const keeping = await openKeeping(db, { wrap: storage => ({ ...storage, putFile: door.after(storage.putFile) }) })
    const { digest } = await keeping.publish('first', 'the same bytes')
    await keeping.artifacts.forget(digest)
    await keeping.age(1)
    door.close()
    const again = keeping.publish('again', 'the same bytes')
    await door.reached
    assert.equal(await takeAway(keeping.means, digest, 3600), false, 'they are being stored')
    door.open()
    assert.equal((await again).digest, digest)
    assert.ok(await keeping.isReadable('again'))
    assert.deepEqual(await keeping.wrong(true), [])
  })

  test('whoever takes away first has finished before the bytes are stored again', async () => {
    const db = await open()
    const door = holdUp()
    const order: string[] = []
    const keeping = await openKeeping(db, {
      wrap: storage => ({
        ...storage,
        delete: door.before(async (key: string) => {
          await storage.delete(key)
          order.push('deleted')
        }),
        async putFile(key, path) {
          order.push('stored')
          await storage.putFile(key, path)
        },
      }),
    })
    const { digest } = await keeping.publish('first', 'the same bytes')
    await keeping.artifacts.forget(digest)
    await keeping.age(1)
    door.close()
    const gone = takeAway(keeping.means, digest, 3600)
    await door.reached
    const again = keeping.publish('again', 'the same bytes')
    // Long enough for a publisher that does not wait: it would store what is then deleted.
    await sleep(300)
    door.open()
    assert.equal(await gone, true)
    await again
    assert.deepEqual(order, ['stored', 'deleted', 'stored'])
    assert.ok(await keeping.isReadable('again'))
    assert.deepEqual(await keeping.wrong(true), [])
  })

  test('one that dies while it takes bytes away holds nobody up for ever', async () => {
    const db = await open()
    const keeping = await openKeeping(db, {
      wrap: storage => ({ ...storage, delete: () => Promise.reject(new Error('killed')) }),
    })
    const { digest } = await keeping.publish('first', 'the same bytes')
    await keeping.artifacts.forget(digest)
    await keeping.age(1)
    await assert.rejects(takeAway(keeping.means, digest, 3600), /killed/)
    assert.equal(await takeAway(keeping.means, digest, 3600), false, 'somebody is at it')
    await sql`update condemned set claimed_at = now() - interval '3 minutes'`.execute(db.kysely)
    await keeping.publish('again', 'the same bytes')
    assert.ok(await keeping.isReadable('again'))
    assert.deepEqual(await keeping.wrong(true), [])
  })

  test('of two who store the same bytes, the one who fails takes nothing from the other', async () => {
    const db = await open()
    const door = holdUp()
    const keeping = await openKeeping(db, {
      patience: { graceSeconds: 0 },
      wrap: storage => ({ ...storage, putFile: door.after(storage.putFile) }),
    })
    door.close(new Error('the disk is gone'))
    const failing = keeping.publish('a', 'the same bytes')
    await door.reached
    const { digest } = await keeping.publish('b', 'the same bytes')
    door.open()
    await assert.rejects(failing, /the disk is gone/)
    await keeping.mend()
    assert.ok(await keeping.isReadable('b'))
    assert.notEqual(await keeping.storage.stat(objectKey(digest)), undefined)
    const { rows } = await sql`select from arrivals union all select from condemned`.execute(db.kysely)
    assert.equal(rows.length, 0)
  })
})

type Work = Storage['delete'] | Storage['putFile']

/** A door in one work of a storage: once it is closed, the next call waits at it, and those after it do not. */
function holdUp() {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  let closed = false
  let failure: Error | undefined
  const wait = async () => {
    if (!closed) return
    closed = false
    reached.resolve()
    await opened.promise
    if (failure) throw failure
  }
  return {
    reached: reached.promise,
    open: opened.resolve,
    close(error?: Error) {
      closed = true
      failure = error
    },
    before<Call extends Work>(work: Call) {
      return async (...args: Parameters<Call>) => {
        await wait()
        await (work as (...args: Parameters<Call>) => Promise<void>)(...args)
      }
    },
    after<Call extends Work>(work: Call) {
      return async (...args: Parameters<Call>) => {
        await (work as (...args: Parameters<Call>) => Promise<void>)(...args)
        await wait()
      }
    },
  }
}
