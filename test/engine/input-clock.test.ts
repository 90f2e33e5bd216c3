// input-clock: a source has one clock, whichever of its streams are used and whatever ffmpeg's version makes of it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inputClock } from '../../src/engine/input-clock.ts'
import type { AudioStream } from '../../src/engine/probe.ts'
import { PROBES } from '../fixtures/probes.ts'
import { ffmpeg, openReal, originOf, type Real, samples } from './real.ts'

let real: Real
before(async () => {
  real = await openReal()
})
after(() => real[Symbol.asyncDispose]())

const AUDIO: AudioStream = { index: 1, codec: 'aac', startUs: 460_256, sampleRateHz: 48_000, channels: 2 }
const LATE = { ...PROBES.ts, audio: AUDIO }
const use = (...indices: number[]) => new Set(indices)

test('a version that leaves the clock alone when there is an offset is given one of nothing', () => {
  assert.deepEqual(inputClock(LATE, use(1), { clockFollowsUse: false }), ['-itsoffset', '0.000001'])
})

test('a version whose clock follows the streams in use is told by how much they are late', () => {
  const follows = { clockFollowsUse: true }
  assert.deepEqual(inputClock(LATE, use(1), follows), ['-itsoffset', '0.460256'])
  assert.deepEqual(inputClock(LATE, use(0, 1), follows), [])
  const told = { ...LATE, audio: { ...AUDIO, toldStartUs: 200_000 } }
  assert.deepEqual(inputClock(told, use(1), follows), ['-itsoffset', '0.2'])
})

test('a format with one clock for all of its streams needs nothing', () => {
  assert.deepEqual(inputClock(PROBES.mp4, use(1), { clockFollowsUse: true }), [])
})

for (const name of ['late.ts', 'late.mpg'])
  test(`a part of the sound alone of ${name} is cut where it is heard beside the picture, which starts first`, async () => {
    const path = join(real.directory, name)
    await ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=30000/1001:d=3.2', '-f', 'lavfi', '-i', 'sine=300:d=2.7:r=48000'],
      ...[
        '-filter_complex',
        '[1:a]asetpts=PTS+0.46/TB,volume=volume=t/4:eval=frame[late]',
        '-map',
        '0:v',
        '-map',
        '[late]',
      ],
      ...(name.endsWith('.ts') ? ['-c:v', 'libx264', '-preset', 'ultrafast'] : ['-c:v', 'mpeg2video', '-f', 'vob']),
      ...['-c:a', 'mp2', path],
    )
    const spec = {
      inputs: [{ id: 'a', source: name }],
      operations: [{ op: 'trim', input: 'a', output: 'part', params: { start: 1.1, duration: 1 } }],
      outputs: [{ id: 'part', destination: 'part.wav' }],
    }
    const [made] = await real.render(spec, { a: path })
    const from = (await originOf(path)) + 1.1
    const expected = await samples(path, `atrim=start=${from}:end=${from + 1}`)
    const found = await samples(made?.path ?? '')
    assert.ok(Math.abs(found.length - expected.length) <= 1, `${found.length} samples instead of ${expected.length}`)
    const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (found[index] ?? 0))), 0)
    assert.ok(worst <= 64, `a sample is off by ${worst}`)
  })
