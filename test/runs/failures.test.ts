// failures.test: what media and specs do wrong: each a failed run with a code that says so, and nothing else harmed.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Run } from '../../src/runs/run.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachHouse } from '../fixtures/house.ts'
import { part } from '../fixtures/steps.ts'

const copyOf = (source: string, destination = 'copy.mp4') => ({
  inputs: [{ id: 'source', source }],
  outputs: [{ id: 'source', destination }],
})

const scaled = (source: string, size: number, destination = 'scaled.mp4') => ({
  inputs: [{ id: 'source', source }],
  operations: [{ op: 'scale', input: 'source', output: 'small', params: { width: size, height: size } }],
  outputs: [{ id: 'small', destination }],
})

const trimmed = (params: object) => ({
  inputs: [{ id: 'source', source: 'clip.mp4' }],
  operations: [{ op: 'trim', input: 'source', output: 'cut', params }],
  outputs: [{ id: 'cut', destination: 'cut.mp4' }],
})

const BROKEN = new Map<string, [bytes: Buffer, code: string]>([
  ['text under the name of a clip', [Buffer.from('Once upon a time there was a clip.'), 'media_unsupported']],
  ['nothing at all', [Buffer.alloc(0), 'media_damaged']],
  [
    'noise after the right beginning',
    [Buffer.concat([Buffer.from('\0\0\0\x18ftypisom'), Buffer.alloc(5000, 7)]), 'media_damaged'],
  ],
])

// What goes wrong here goes wrong before or beside the database: one engine is enough.
forEachHouse(
  house => {
    for (const [what, [bytes, code]] of BROKEN)
      test(`${what} fails with ${code}, once and for all`, async () => {
        await writeFile(join(house().uploads, 'broken.mp4'), bytes)
        const run = await house().run(copyOf('broken.mp4'))
        assert.deepEqual([run.status, run.error?.code], ['failed', code])
        const failed = run.steps.find(({ status }) => status === 'failed')
        assert.deepEqual([failed?.attempt, failed?.error?.code], [1, code])
        assert.ok(run.steps.every(({ status }) => ['succeeded', 'failed', 'cancelled'].includes(status)))
        assert.doesNotMatch(JSON.stringify(run), new RegExp(house().place.directory))
        assert.deepEqual(await house().leftovers(), [])
      })

    test('a source that is not there fails with source_missing', async () => {
      assert.deepEqual(codeOf(await house().run(copyOf('never-seen.mp4'))), ['failed', 'source_missing'])
    })

    test('a source that vanishes after it was found fails with source_missing', async () => {
      const path = await makeClip(house().uploads, { name: 'vanishing.mp4' })
      before('probe', () => rm(path))
      assert.deepEqual(codeOf(await house().run(copyOf('vanishing.mp4'))), ['failed', 'source_missing'])
    })

    test('a source that was changed before a pass reads it fails with source_changed', async () => {
      const path = await makeClip(house().uploads, { name: 'changing.mp4' })
      before('render', async () => void (await makeClip(house().uploads, { name: 'changing.mp4', toneHz: 300 })))
      assert.deepEqual(codeOf(await house().run(scaled('changing.mp4', 30))), ['failed', 'source_changed'])
      assert.ok((await stat(path)).size > 0)
    })

    test('a source that is changed while a pass reads it fails with source_changed, and nothing of it is kept', async () => {
      await makeClip(house().uploads, { name: 'changing.mp4' })
      const render = house().workshop.kinds.get('render')
      house().play(
        part('render', (context, params) => {
          // The first progress comes when the pass has opened its source.
          const progress = () => writeFileSync(join(house().uploads, 'changing.mp4'), 'changed')
          return render?.run(params, { ...context, progress })
        }),
      )
      const spec = scaled('changing.mp4', 34, 'torn.mp4')
      assert.deepEqual(codeOf(await house().run(spec)), ['failed', 'source_changed'])
      await assert.rejects(stat(join(house().output, 'torn.mp4')))
      house().play()
      await makeClip(house().uploads, { name: 'changing.mp4' })
      assert.equal((await house().run(spec)).outputs[0]?.cached, false)
    })

    test('what only the media shows to be wrong is told with pointers into the spec', async () => {
      await makeClip(house().uploads, { name: 'sound.mp3' })
      const run = await house().run({
        inputs: [{ id: 'source', source: 'sound.mp3' }],
        operations: [
          { op: 'scale', input: 'source', output: 'small', params: { width: 32 } },
          { op: 'trim', input: 'source', output: 'late', params: { start: 60 } },
        ],
        outputs: [
          { id: 'small', destination: 'small.mp4' },
          { id: 'late', destination: 'late.mp3' },
        ],
      })
      assert.deepEqual(codeOf(run), ['failed', 'spec_invalid'])
      assert.deepEqual(
        run.error?.details?.map(({ pointer }) => pointer),
        ['/operations/0/input', '/operations/1/params/start'],
      )
      assert.deepEqual(run.outputs, [])
    })

    test('a part that goes on after the end is shorter, and a warning says so', async () => {
      await makeClip(house().uploads)
      const run = await house().run(trimmed({ start: 0.5, duration: 5 }))
      assert.equal(run.status, 'completed')
      assert.ok(Math.abs((run.outputs[0]?.durationS ?? 0) - 0.5) < 0.15)
      assert.match(run.warnings[0]?.message ?? '', /the part is shorter/)
    })

    test('a part that starts after the end fails, and says where the spec is wrong', async () => {
      await makeClip(house().uploads)
      const run = await house().run(trimmed({ start: 5, duration: 1 }))
      assert.deepEqual(codeOf(run), ['failed', 'spec_invalid'])
      assert.deepEqual(
        run.error?.details?.map(({ pointer }) => pointer),
        ['/operations/0/params/start'],
      )
    })

    test('a source that is shorter than it promises gives what there is of it, and says how much is missing', async () => {
      const extra = ['-movflags', '+faststart']
      const path = await makeClip(house().uploads, { name: 'promising.mp4', seconds: 4, extra })
      await truncate(path, Math.floor((await stat(path)).size * 0.6))
      const run = await house().run(scaled('promising.mp4', 36, 'kept.mp4'))
      assert.equal(run.status, 'completed')
      const told = run.warnings.map(({ message }) => message).join('\n')
      assert.match(told, /ends at [\d.]+ s, although the file says 4 s: the rest is missing/)
      assert.ok((run.outputs[0]?.durationS ?? 9) < 3.9)
      assert.deepEqual(await house().leftovers(), [])
    })

    /** Does something just before a real step does its work. */
    function before(name: string, work: () => Promise<void>): void {
      const real = house().workshop.kinds.get(name)
      house().play(
        part(name, async (context, params) => {
          await work()
          return await real?.run(params, context)
        }),
      )
    }
  },
  ['pglite'],
)

function codeOf(run: Run): [string, string | undefined] {
  return [run.status, run.error?.code]
}
