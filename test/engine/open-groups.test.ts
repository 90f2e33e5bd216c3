// open groups: a group of pictures may begin with frames that are shown before its keyframe, and need the group before.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { probe } from '../../src/ffmpeg/probe.ts'
import { outputsOf } from '../corpus/outputs.ts'
import { ffmpeg, openReal, pictures, type Real } from './real.ts'
import type { Spec } from './spec-plan.ts'

let real: Real
before(async () => {
  real = await openReal()
})
after(() => real[Symbol.asyncDispose]())

const FRAME_S = 1001 / 24_000
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '24', '-x264-params']
const X265 = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'open-gop=1:keyint=24:bframes=3:log-level=none',
]
const LOSSLESS = { video: { codec: 'libx264', preset: 'ultrafast', crf: 0 } }

const SOURCES: Readonly<Record<string, readonly string[]>> = {
  'h264.mp4': [...X264, 'open-gop=1'],
  'hevc.mp4': X265,
  'hevc.mkv': X265,
}

for (const [name, args] of Object.entries(SOURCES))
  test(`a part of ${name} that begins with such frames has all of them`, async () => {
    const path = join(real.directory, name)
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=24000/1001:d=3.1', ...args, '-pix_fmt', 'yuv420p', path)
    const whole = await pictures(path, 'setpts=PTS-STARTPTS')
    for (const start of [46.5, 47.5].map(frame => frame * FRAME_S)) {
      const spec = {
        inputs: [{ id: 'a', source: 'a' }],
        operations: [{ op: 'trim', input: 'a', output: 'part', params: { start, duration: 0.3 } }],
        outputs: [{ id: 'part', destination: 'part.mkv', codec: LOSSLESS }],
      } as const
      const [made] = await real.render(spec as unknown as Spec, { a: path })
      const shown = whole.slice(
        whole.findLastIndex(({ atS }) => atS <= start),
        whole.findLastIndex(({ atS }) => atS < start + 0.3) + 1,
      )
      assert.deepEqual(
        (await pictures(made?.path ?? '')).map(({ digest }) => digest),
        shown.map(({ digest }) => digest),
      )
    }
  })

test('that a decoder begins within such a group is no complaint about its source', async () => {
  const path = join(real.directory, 'told.mp4')
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=24000/1001:d=3.1', ...X264, 'open-gop=1', path)
  const spec = {
    inputs: [{ id: 'a', source: 'a' }],
    operations: [{ op: 'trim', input: 'a', output: 'part', params: { start: 2.37, duration: 0.3 } }],
    outputs: [{ id: 'part', destination: 'part.mp4' }],
  }
  const { outputs } = await outputsOf(real.processes, path, () => spec as unknown as Spec, real.directory)
  assert.deepEqual(outputs.flatMap(({ warnings }) => warnings), []) // biome-ignore format: one thing
})

test('groups that are closed need nothing of the one before', async () => {
  const path = join(real.directory, 'closed.mp4')
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=24000/1001:d=3.1', ...X264, 'open-gop=0', path)
  assert.equal((await probe(real.processes, path)).video?.keyframeLateUs, undefined)
})
