// faults.test: what goes wrong at a vendor is tried again or not, ends a job in the vendor's words, and never a half one.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { mediaId, mediaOf } from '../../../../src/features/images/store.ts'
import { AppError, type ErrorCode } from '../../../../src/lib/errors.ts'
import type { ImageWork } from '../../../../src/providers/image/contract.ts'
import { takeOver } from '../../../../src/runs/reconcile.ts'
import type { Run } from '../../../../src/runs/run.ts'
import { forEachHouse, type House } from '../../../fixtures/house.ts'
import { hire, made, order, picture } from './painter.ts'

forEachHouse(
  house => {
    test('what may work later is tried three times more; what will not is not, nor what is made and no good', async () => {
      const whole = await picture('png')
      const torn = whole.subarray(0, -20)
      const says = (code: ErrorCode, words: string) => {
        throw new AppError(code, `Painter API error: ${words}`)
      }
      const script: Readonly<Record<string, () => { bytes: Buffer } | { url: string }>> = {
        torn: () => ({ bytes: torn }),
        gone: () => ({ url: 'http://10.0.0.1/gone.png?signature=secret' }),
        down: () => says('provider_failed', 'Out of memory'),
        refused: () => says('provider_refused', 'Model not found'),
        none: () => ({ url: 'data:text/html,sorry' }),
      }
      await using painter = await hire(house(), async ({ prompt }) => script[prompt]?.() ?? { bytes: whole })
      const runs = await Promise.all(Object.keys(script).map(async prompt => await order(house(), { prompt })))
      const ended = await Promise.all(runs.map(run => house().ended(run)))
      const told = ended.map(({ error, steps: [step] }) => [error?.code, step?.failures, error?.message ?? ''])
      const [tornSays, goneSays, ...rest] = told.map(([, , message]) => String(message))
      assert.deepEqual(
        told.map(([code, failures]) => [code, failures]),
        [
          ['provider_unreadable', 1],
          ['provider_refused', 1],
          ['provider_failed', 4],
          ['provider_refused', 1],
          ['provider_unreadable', 1],
        ],
      )
      assert.match(tornSays ?? '', /^Painter API error: its picture cannot be decoded: \S/)
      assert.match(
        goneSays ?? '',
        /^Painter API error: its picture was not to be had: "http:\/\/10.0.0.1\/gone.png" is refused/,
      )
      assert.deepEqual(rest, [
        'Painter API error: Out of memory',
        'Painter API error: Model not found',
        'Painter API error: its picture is written in no way that we read',
      ])
      assert.equal(painter.calls.length, 8)
      assert.equal(
        (
          await mediaOf(
            house().db.kysely,
            runs.map(({ id }) => id),
          )
        ).length,
        0,
      )
    })

    test('a made picture that is away, or is no picture yet, is fetched again, and never ordered again', async () => {
      const bytes = await picture('png')
      const answers = ['<html>not yet</html>', bytes.subarray(0, 60), bytes]
      const download = async (_url: string, file: string) => {
        await writeFile(file, answers.shift() ?? bytes)
        return { sizeBytes: 1 }
      }
      const there = { pictures: [{ url: 'https://pictures.example/1.png' }], keptBy: 'vendor' } as const
      await using painter = await hire(house(), async () => there, { fetcher: { download } })
      const { pictures } = await made(house(), await order(house()))
      assert.deepEqual([pictures, painter.calls.length], [[bytes], 1])
    })

    test('whoever has too much to do is asked again when it says so, and the same order is sent', async () => {
      const bytes = await picture('png')
      const at: number[] = []
      await using painter = await hire(house(), async (_order, _work, call) => {
        at.push(performance.now())
        if (call === 1) throw new AppError('provider_busy', 'Painter API error: slow down', { retryAfterMs: 2500 })
        return { bytes }
      })
      const { run } = await made(house(), await order(house()))
      assert.deepEqual([run.steps[0]?.failures, painter.calls[0]], [1, painter.calls[1]])
      const waitedMs = (at[1] ?? 0) - (at[0] ?? 0)
      assert.ok(waitedMs >= 2400, `${waitedMs} ms`)
    })

    test('a vendor that never ends is told to stop, and its job fails for good', async () => {
      const stopped: unknown[] = []
      const hang = async (work: ImageWork) => await waitFor(work, stopped)
      await using painter = await hire(house(), async (_order, work) => await hang(work), { maxMs: 300 })
      const { status, error, steps } = await house().ended(await order(house()))
      assert.deepEqual([status, steps[0]?.failures, painter.calls.length], ['failed', 1, 1])
      assert.deepEqual(
        [error?.code, error?.message],
        ['provider_timeout', 'Painter API error: it took longer than 0.3 s'],
      )
      assert.deepEqual(stopped, ['provider_timeout'])
    })

    test('cancelling tells the vendor to stop, and waits for that', async () => {
      const begun = Promise.withResolvers<void>()
      const stopped: unknown[] = []
      await using _painter = await hire(house(), async (_order, work) => {
        begun.resolve()
        return await waitFor(work, stopped)
      })
      const run = await order(house())
      await begun.promise
      assert.equal((await house().runs.cancel(run.id, run)).status, 'cancelled')
      assert.deepEqual(stopped, ['cancelled'])
    })

    test('whoever goes on after a dead worker finds what was begun, and of two attempts the first picture is kept', async () => {
      const [first, second] = [await picture('png'), await picture('png', { clear: true })]
      const [begun, again, ended] = [0, 1, 2].map(() => Promise.withResolvers<void>()) as Gate[]
      const found: unknown[] = []
      await using _painter = await hire(house(), async (_order, work, call) => {
        found.push(work.notes.found)
        if (call === 2) {
          again?.resolve()
          await ended?.promise
          return { bytes: second }
        }
        await work.notes.keep({ prediction: 'abc' })
        begun?.resolve()
        await again?.promise
        return { bytes: first }
      })
      const run = await order(house())
      await begun?.promise
      await takeOver(house())
      await published(house(), run)
      ended?.resolve()
      const { run: done, pictures } = await made(house(), run)
      assert.deepEqual(found, [undefined, { prediction: 'abc' }])
      assert.deepEqual(pictures, [first])
      const [media] = await mediaOf(house().db.kysely, [run.id])
      assert.deepEqual([media?.digest, media?.sizeBytes], [done.outputs[0]?.sha256, first.length])
      assert.deepEqual([done.steps[0]?.attempt, done.steps[0]?.losses], [2, 1])
    })

    test('a model that nobody has any more makes no pictures', async () => {
      await using _painter = await hire(house(), async () => ({ bytes: await picture('png') }))
      const { error } = await house().ended(await order(house(), { model: 'sculptor' }))
      assert.deepEqual(
        [error?.code, error?.message],
        ['provider_refused', 'Nobody makes pictures with the model "sculptor" any more'],
      )
    })
  },
  ['pglite'],
)

type Gate = PromiseWithResolvers<void>

// As a vendor's poller does.
async function waitFor(work: ImageWork, stopped: unknown[]): Promise<never> {
  try {
    for (;;) await work.pause(60_000, 'prediction')
  } catch (thrown) {
    stopped.push(thrown instanceof AppError ? thrown.code : thrown)
    // What a client for HTTP makes of it.
    throw new DOMException('This operation was aborted', 'AbortError')
  }
}

async function published(house: House, run: Run): Promise<void> {
  const id = mediaId(run.id, 'picture-1')
  const find = house.db.kysely.selectFrom('image_media').select('id').where('id', '=', id)
  while (!(await find.executeTakeFirst())) await new Promise(resolve => setTimeout(resolve, 20))
}
