// exactness: what comes out are the very frames and samples that were asked for, whatever way the planner chose.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { containers } from '../../src/engine/containers.ts'
import { type Measurement, measure } from '../../src/ffmpeg/measure.ts'
import { makeClip } from '../fixtures/clips.ts'
import { ffmpeg, type Made, openReal, originOf, pictures, type Real, samples } from './real.ts'
import type { Spec } from './spec-plan.ts'

let real: Real
const clips: Record<string, string> = {}

before(async () => {
  real = await openReal()
  const { directory } = real
  // Its samples are compared one by one, so that cuts must not fall between two of them.
  const clip = { seconds: 8, size: '96x64', rate: 25, samplesPerSecond: 48_000 }
  const gop = ['-preset', 'veryfast', '-g', '12']
  const [bframes, plain] = await Promise.all([
    makeClip(directory, { ...clip, name: 'bframes.mp4', extra: [...gop, '-bf', '3', '-af', CHIRP] }),
    makeClip(directory, { ...clip, name: 'plain.mp4', extra: [...gop, '-bf', '0', '-af', CHIRP] }),
  ])
  const into = async (name: string, ...args: string[]) => {
    await ffmpeg(...args, '-c', 'copy', join(directory, name))
    clips[name] = join(directory, name)
  }
  Object.assign(clips, { 'bframes.mp4': bframes, 'plain.mp4': plain })
  await into('matroska.mkv', '-i', bframes)
  await into('late.mp4', '-itsoffset', '0.7', '-i', bframes, '-i', bframes, '-map', '1:v', '-map', '0:a')
  await into('fragments.mp4', '-i', plain, '-movflags', 'frag_keyframe+empty_moov+default_base_moof')
  await into('sound.m4a', '-i', plain, '-vn')
  await into('broadcast.ts', '-itsoffset', '0.7', '-i', bframes, '-i', bframes, '-map', '1:v', '-map', '0:a')
})
after(() => real[Symbol.asyncDispose]())

// Another tone at every instant, so that no two places sound alike.
const CHIRP = "aeval='0.4*sin(2*PI*(200+40*t)*t)',aformat=channel_layouts=mono"
// What is written with these can be read back bit by bit; QuickTime counts time as finely as the source.
const LOSSLESS = { video: { codec: 'libx264', crf: 0, preset: 'ultrafast' }, audio: { codec: 'pcm' } }
const SOUND = { audio: { codec: 'pcm' } }

// Chosen by a dice: in the middle of a frame, on a key frame, near both ends.
const INTERVALS = [
  [0.48, 1.5],
  [3.333, 0.81],
  [6.24, 1.76],
] as const

const trimmed = (start: number, duration: number, destination: string, codec: object): Spec => ({
  inputs: [{ id: 'a', source: 'a' }],
  operations: [{ op: 'trim', input: 'a', output: 't', params: { start, duration } }],
  outputs: [{ id: 't', destination, codec }],
})

for (const name of ['bframes.mp4', 'plain.mp4', 'matroska.mkv', 'late.mp4', 'fragments.mp4', 'broadcast.ts'])
  for (const [start, duration] of INTERVALS)
    test(`${name}: ${duration} s from ${start} s are the pictures and the sound that decoding from the start gives`, async () => {
      const source = clips[name] ?? ''
      const [made] = await real.render(trimmed(start, duration, 'o.mov', LOSSLESS), { a: source })
      const found = await pictures(made?.path ?? '')
      const from = start + (await originOf(source))
      // And the picture that is on the screen at the first instant, from then on.
      const shown = `trim=start=${from - 0.039}:end=${from + duration},setpts='max(0,PTS-${from}/TB)'`
      const expected = await pictures(source, shown)
      assert.ok(expected.length >= duration * 25 - 1)
      assert.deepEqual(digests(found), digests(expected))
      for (const [index, { atS }] of found.entries()) assert.ok(Math.abs(atS - (expected[index]?.atS ?? -1)) <= 0.0015)
      assertSameSound(
        await samples(made?.path ?? '', SILENCE_FIRST),
        await samples(source, `atrim=start=${from}:end=${from + duration},asetpts=PTS-${from}/TB,${SILENCE_FIRST}`),
      )
    })

for (const rate of ['30000/1001', '24000/1001', '18'])
  test(`at ${rate} frames a second every container says how long it is, to a frame, for players show it`, async () => {
    const clip = {
      name: `${rate.replace('/', '-')}.mkv`,
      seconds: 3.37,
      size: '96x64',
      rate,
      extra: ['-preset', 'veryfast', '-bf', '2'],
    }
    const source = await makeClip(real.directory, clip)
    for (const destination of ['o.mp4', 'o.mov', 'o.mkv', 'o.webm', 'o.ts']) {
      const [made] = await real.render(trimmed(0.4, 2.21, destination, {}), { a: source })
      const { durationUs = 0, saidUs = 0 } = await measureMade(made)
      assert.ok(Math.abs(durationUs - 2.21e6) < 100_000, `${destination} lasts ${durationUs} µs`)
      assert.ok(Math.abs(saidUs - 2.21e6) < 100_000, `${destination} says that it lasts ${saidUs} µs`)
    }
  })

test('broadcast.ts: sound alone is cut on the clock of the whole file', async () => {
  const source = clips['broadcast.ts'] ?? ''
  const [made] = await real.render(trimmed(3, 2, 'o.wav', SOUND), { a: source })
  const from = 3 + (await originOf(source))
  assertSameSound(await samples(made?.path ?? ''), await samples(source, `atrim=start=${from}:end=${from + 2}`))
})

for (const [start, duration] of INTERVALS)
  test(`sound.m4a: ${duration} s from ${start} s begin with what was heard there, not with a decoder warming up`, async () => {
    const source = clips['sound.m4a'] ?? ''
    const [made] = await real.render(trimmed(start, duration, 'o.wav', SOUND), { a: source })
    const expected = await samples(source, `atrim=start=${start}:end=${start + duration}`)
    assertSameSound(await samples(made?.path ?? ''), expected)
  })

test('parts that share a decode are the same as each made alone', async () => {
  const outputs = ['t', 'u', 'v'].map(id => ({ id, destination: `${id}.mov`, codec: LOSSLESS }))
  const trim = (output: string, start: number) => ({ op: 'trim', input: 'a', output, params: { start, duration: 2 } })
  const spec = {
    inputs: [{ id: 'a', source: 'a' }],
    operations: [trim('t', 1.9), trim('u', 2.4), trim('v', 3.8)],
    outputs,
  }
  for (const name of ['bframes.mp4', 'plain.mp4', 'matroska.mkv']) {
    const files = { a: clips[name] ?? '' }
    const together = await real.render(spec, files)
    for (const { planned, path } of together) {
      const [alone] = await real.render(spec, files, { alone: [planned.index] })
      assert.deepEqual(await pictures(path), await pictures(alone?.path ?? ''))
      // AAC fills up with noise, and a decoder throws its dice anew wherever it starts.
      assertSameSound(await samples(path), await samples(alone?.path ?? ''))
    }
  }
})

test('trims of trims and of scaled videos are the trims of the source', async () => {
  const spec: Spec = {
    inputs: [{ id: 'a', source: 'a' }],
    operations: [
      { op: 'trim', input: 'a', output: 'b', params: { start: 1.5, duration: 5 } },
      { op: 'scale', input: 'b', output: 'c', params: { width: 48, height: 32 } },
      { op: 'trim', input: 'c', output: 'd', params: { start: 1.26, end: 2.26 } },
    ],
    outputs: [{ id: 'd', destination: 'd.mov', codec: LOSSLESS }],
  }
  const source = clips['bframes.mp4'] ?? ''
  const [made] = await real.render(spec, { a: source })
  const expected = await pictures(source, 'trim=start=2.76:end=3.76,setpts=PTS-2.76/TB,scale=48:32:flags=bicubic')
  assert.deepEqual(digests(await pictures(made?.path ?? '')), digests(expected))
})

test('a clip of another place in time joins the first without a frame or a sample lost', async () => {
  const spec: Spec = {
    inputs: [{ id: 'a', source: 'a' }],
    operations: [
      { op: 'trim', input: 'a', output: 'later', params: { start: 5, duration: 2 } },
      { op: 'trim', input: 'a', output: 'earlier', params: { start: 1, duration: 1.6 } },
      { op: 'concat', inputs: ['later', 'earlier'], output: 'c' },
    ],
    outputs: [{ id: 'c', destination: 'c.mov', codec: LOSSLESS }],
  }
  const source = clips['bframes.mp4'] ?? ''
  const [made] = await real.render(spec, { a: source })
  const expected = [
    ...(await pictures(source, 'trim=start=5:end=7')),
    ...(await pictures(source, 'trim=start=1:end=2.6')),
  ]
  assert.deepEqual(digests(await pictures(made?.path ?? '')), digests(expected))
  const sound = [...(await samples(source, 'atrim=start=5:end=7')), ...(await samples(source, 'atrim=start=1:end=2.6'))]
  assertSameSound(await samples(made?.path ?? ''), Int16Array.from(sound))
})

const digests = (list: readonly { digest: string }[]) => list.map(({ digest }) => digest)

// Sound that starts late is heard late: with the silence before it, its place in time can be compared.
const SILENCE_FIRST = 'aresample=async=1:min_hard_comp=0.001:first_pts=0'

function assertSameSound(found: Int16Array, expected: Int16Array): void {
  // QuickTime and Matroska round the beginning of a stream to a millisecond.
  const shift = [...Array(97).keys()].map(index => index - 48).find(lag => largestDifference(found, expected, lag) <= 8)
  assert.notEqual(shift, undefined, 'the sound is another')
  assert.ok(Math.abs(found.length - expected.length) <= 48, `${found.length} samples instead of ${expected.length}`)
}

function largestDifference(found: Int16Array, expected: Int16Array, lag: number): number {
  let largest = 0
  for (let index = 48; index < Math.min(found.length, expected.length) - 48 && largest <= 8; index++)
    largest = Math.max(largest, Math.abs((found[index + lag] ?? 0) - (expected[index] ?? 0)))
  return largest
}

async function measureMade(made: Made | undefined): Promise<Measurement> {
  assert.ok(made)
  return await measure(real.processes, made.path, containers.get(made.planned.container)?.demuxer ?? '')
}
