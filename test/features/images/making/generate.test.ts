// generate.test: what a vendor delivers becomes the run's pictures, whichever way it comes and whatever it is.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { ImageMeans } from '../../../../src/features/images/making/means.ts'
import { findMedia, mediaId, mediaOf } from '../../../../src/features/images/store.ts'
import type { Run } from '../../../../src/runs/run.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import { forEachHouse, type House } from '../../../fixtures/house.ts'
import { hire, made, order, picture, pixelAt } from './painter.ts'

forEachHouse(house => {
  test('what is delivered in the format that was asked for is kept as it is, and found under a name of its own', async () => {
    const delivered = await picture('webp')
    await using painter = await hire(house(), async () => ({ bytes: delivered }))
    const { run, pictures } = await made(house(), await order(house(), { format: 'webp' }))
    assert.deepEqual(pictures, [delivered])
    const sha256 = createHash('sha256').update(delivered).digest('hex')
    const stream = { kind: 'video', codec: 'webp', widthPx: 64, heightPx: 48, frameRate: '25' }
    assert.deepEqual(run.outputs, [
      { id: 'picture-1', sizeBytes: delivered.length, sha256, durationS: 0, streams: [stream], cached: false },
    ])
    assert.deepEqual([run.warnings, run.progress, painter.calls.length], [[], 100, 1])
    const { createdAt, ...media } = (await findMedia(house().db.kysely, mediaId(run.id, 'picture-1'))) ?? {}
    assert.ok(createdAt instanceof Date)
    const notes = { provider: 'Painter', model: 'painter', kind: 'trained', seed: 7, number: 1 }
    assert.deepEqual(media, {
      ...{ id: mediaId(run.id, 'picture-1'), runId: run.id, owner: 'ann', output: 'picture-1', digest: sha256 },
      ...{ sizeBytes: delivered.length, format: 'webp', widthPx: 64, heightPx: 48 },
      notes: { ...notes, prompt: 'a red square', software: 'Kinora test' },
    })
  })

  test('a picture is a source of pipelines', async () => {
    const delivered = await picture('png', { widthPx: 32, heightPx: 32 })
    await using _painter = await hire(house(), async () => ({ bytes: delivered }))
    const { run } = await made(house(), await order(house(), { size: { widthPx: 32, heightPx: 32 } }))
    const source = { id: 'logo', source: `run://${run.id}/picture-1` }
    await makeClip(house().uploads, { size: '128x96' })
    const branded = await house().run({
      inputs: [{ id: 'video', source: 'clip.mp4' }, source],
      operations: [
        { op: 'scale', input: 'logo', output: 'small', params: { width: 16 } },
        { op: 'overlay', inputs: ['video', 'small'], output: 'branded', params: { position: 'top-left', margin: 0 } },
      ],
      outputs: [{ id: 'branded', destination: 'branded.mp4' }],
    })
    assert.equal(branded.status, 'completed', JSON.stringify(branded.error))
    const frame = await firstFrame(join(house().output, 'branded.mp4'))
    const [red = 0, green = 255, blue = 255] = await pixelAt(frame, 6, 6)
    assert.ok(red > 200 && green < 60 && blue < 60, `${red} ${green} ${blue}`)
    const alone = await house().run({ inputs: [source], outputs: [{ id: 'logo', destination: 'alone.mp4' }] })
    assert.match(JSON.stringify(alone.error), /\\"logo\\" is a picture, and .mp4 needs a video/)
  })
})

forEachHouse(
  house => {
    test('what comes otherwise than it was ordered is told, and what there is is kept', async () => {
      const [small, large] = [await picture('png'), await picture('png', { widthPx: 80, heightPx: 48 })]
      await using _painter = await hire(house(), async () => ({
        pictures: [{ bytes: small }, { bytes: large }],
        seed: 99,
        warnings: ['It was too late for a third.'],
      }))
      const { run, pictures } = await made(house(), await order(house(), { count: 3 }))
      assert.deepEqual(pictures, [small, large])
      assert.deepEqual(run.warnings, [
        { pointer: '', message: 'It was too late for a third.' },
        { pointer: '/parameters/width', message: 'Painter made 80x48 instead of 64x48' },
        { pointer: '/parameters/num_outputs', message: 'Painter delivered 2 of 3 pictures' },
      ])
      const media = await mediaOf(house().db.kysely, [run.id])
      assert.deepEqual(
        media.map(({ output, widthPx, notes: { seed, number } }) => [output, widthPx, seed, number]),
        [
          ['picture-1', 64, 99, 1],
          ['picture-2', 80, 99, 2],
        ],
      )
    })

    test('of more than was ordered, all are kept: they were paid for', async () => {
      const pictures = [await picture('png'), await picture('png', { clear: true })]
      await using _painter = await hire(house(), async () => ({ pictures: pictures.map(bytes => ({ bytes })) }))
      assert.deepEqual((await made(house(), await order(house()))).pictures, pictures)
    })

    test('how it was made is written into what is kept, and the prompt only where it may be told', async () => {
      const bytes = await picture('png')
      const mark: ImageMeans['mark'] = (picture, notes) => Buffer.concat([picture, Buffer.from(JSON.stringify(notes))])
      await using _painter = await hire(house(), async () => ({ bytes }), { mark })
      const notesIn = async (prompt: 'told' | 'private') => {
        const run = await order(house(), { negativePrompt: 'blue' }, { prompt })
        const { run: ended, pictures } = await made(house(), run)
        const notes = JSON.parse(String(pictures[0]?.subarray(bytes.length)))
        const [media] = await mediaOf(house().db.kysely, [ended.id])
        assert.deepEqual(media?.notes, notes)
        return notes
      }
      const told = await notesIn('told')
      assert.deepEqual([told.prompt, told.negativePrompt], ['a red square', 'blue'])
      const kept = await notesIn('private')
      assert.deepEqual([kept.prompt, kept.negativePrompt, kept.seed], [undefined, undefined, 7])
    })

    test('the vendor says how far it is, and so does the run, until all is done', async () => {
      const bytes = await picture('png')
      await using _painter = await hire(house(), async (_order, work) => {
        for (const fraction of [0.2, 0.5, 0.4, 1]) {
          work.progress(fraction)
          await delay(50)
        }
        return { bytes }
      })
      assert.deepEqual(await percentsOf(house(), await order(house())), { first: 19, rising: true, last: 100 })
    })

    test('where the vendor says nothing the clock tells, and never that all is done', async () => {
      const bytes = await picture('png')
      const waited = Promise.withResolvers<void>()
      await using _painter = await hire(house(), async () => {
        await waited.promise
        return { bytes }
      })
      // Earlier ones took next to nothing.
      await sql`delete from runs where door = 'images'`.execute(house().db.kysely)
      const run = await order(house())
      for await (const { type, data } of house().runs.events(run.id, run, 0, AbortSignal.timeout(20_000)))
        if (type === 'run.progress' && Number(data['overall_percent']) >= 10) waited.resolve()
      const { rising, last } = await percentsOf(house(), run)
      assert.deepEqual({ rising, last }, { rising: true, last: 100 })
    })

    test('nothing is left behind, and one process of ffmpeg is all that a picture takes', async () => {
      const bytes = await picture('png')
      await using _painter = await hire(house(), async () => ({ bytes }))
      const before = house().commands.length
      await made(house(), await order(house(), { format: 'webp' }))
      assert.deepEqual(
        house()
          .commands.slice(before)
          .map(({ program }) => program),
        ['ffmpeg'],
      )
      assert.deepEqual(await house().leftovers(), [])
    })
  },
  ['pglite'],
)

async function percentsOf(house: House, run: Run) {
  const percents: number[] = []
  for await (const { type, data } of house.runs.events(run.id, run, 0, AbortSignal.timeout(20_000)))
    if (type === 'run.progress') percents.push(Number(data['overall_percent']))
  const { progress: last } = await house.runs.get(run.id, run)
  return { first: percents[0], rising: percents.every((value, index) => value >= (percents[index - 1] ?? 0)), last }
}

async function firstFrame(video: string): Promise<Buffer> {
  const args = ['-v', 'error', '-i', video, '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1']
  return (await promisify(execFile)('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 24 })).stdout
}
