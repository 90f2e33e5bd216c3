// results: what operations promise about sizes, lengths and what is seen, held against what ffmpeg makes of them.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { measure } from '../../src/ffmpeg/measure.ts'
import { makeClip } from '../fixtures/clips.ts'
import { turnClip } from '../fixtures/turned.ts'
import { ffmpeg, type Made, openReal, pictures, type Real } from './real.ts'
import type { Operation, Output } from './spec-plan.ts'

let real: Real
const files: Record<string, string> = {}

before(async () => {
  real = await openReal()
  const { directory } = real
  const clips = [
    { name: 'wide.mp4', size: '128x72', rate: 25, seconds: 3 },
    { name: 'small.mp4', size: '50x38', rate: 10, audio: false },
    // testsrc2 rounds an odd size down, testsrc does not.
    { name: 'odd.mp4', size: '51x37', rate: 15, pattern: 'testsrc', extra: ['-pix_fmt', 'yuv444p'] },
    { name: 'web.webm', size: '64x48', rate: '30000/1001' },
    { name: 'red.mp4', size: '32x32', rate: 25, seconds: 1, pattern: 'smptebars', audio: false },
    { name: 'tone.mp3', seconds: 2, extra: ['-ar', '44100'] },
    { name: 'logo.png', size: '20x10' },
  ]
  await Promise.all(
    clips.map(async clip => {
      files[clip.name.split('.')[0] ?? ''] = await makeClip(directory, clip)
    }),
  )
  const wide = files['wide'] ?? ''
  const into = async (id: string, name: string, ...args: string[]) => {
    files[id] = join(directory, name)
    await ffmpeg(...args, files[id])
  }
  files['turned'] = join(directory, 'turned.mp4')
  await turnClip(wide, files['turned'])
  await into('pal', 'pal.mp4', '-i', wide, '-vf', 'setsar=2', '-c:v', 'libx264', '-c:a', 'copy')
})
after(() => real[Symbol.asyncDispose]())

const LOSSLESS = { video: { codec: 'libx264', crf: 0, preset: 'ultrafast' } }

async function render(used: readonly string[], operations: readonly Operation[], outputs: readonly Output[]) {
  const spec = { inputs: used.map(id => ({ id, source: id })), operations, outputs }
  const known = { pal: { pixelAspect: { num: 2, den: 1 } } }
  return await real.render(spec, Object.fromEntries(used.map(id => [id, files[id] ?? ''])), { known })
}

async function streamsOf({ path, planned: { container } }: Made) {
  const { streams, durationUs } = await measure(real.processes, path, container === 'mkv' ? 'matroska' : 'mov')
  const video = streams.find(stream => stream.kind === 'video')
  const audio = streams.find(stream => stream.kind === 'audio')
  return { video, audio, durationUs }
}

const SIZES: readonly (readonly [what: string, source: string, params: object, size: string])[] = [
  ['both sides of the same shape', 'wide', { width: 64, height: 36 }, '64x36'],
  ['bars, unless something else is asked for', 'wide', { width: 64, height: 64 }, '64x64'],
  ['contain', 'wide', { width: 64, height: 64, fit: 'contain' }, '64x36'],
  ['cover', 'wide', { width: 64, height: 64, fit: 'cover' }, '64x64'],
  ['stretch', 'wide', { width: 20, height: 90, fit: 'stretch' }, '20x90'],
  ['the width alone', 'wide', { width: 50 }, '50x28'],
  ['the height alone, of an odd source', 'odd', { height: 20 }, '28x20'],
  ['bars around an odd source', 'odd', { width: 64, height: 64, fit: 'pad' }, '64x64'],
  ['a frame cut out of an odd source', 'odd', { width: 90, height: 16, fit: 'cover' }, '90x16'],
  ['a video on its side', 'turned', { width: 36, height: 64 }, '36x64'],
  ['a video of wide pixels', 'pal', { width: 128 }, '128x36'],
]

test('every fit gives exactly the size that was planned', async () => {
  for (const [what, source, params, size] of SIZES) {
    const scale = { op: 'scale', input: source, output: 's', params: { ...params } }
    const [made] = await render([source], [scale], [{ id: 's', destination: 's.mp4', codec: LOSSLESS }])
    assert.ok(made)
    const { video } = await streamsOf(made)
    assert.equal(`${video?.widthPx}x${video?.heightPx}`, size, what)
    assert.equal(`${made.planned.video?.widthPx}x${made.planned.video?.heightPx}`, size, what)
  }
})

test('odd sizes, wide pixels and sides become what every player shows', async () => {
  const cut = (input: string) => ({ op: 'trim', input, output: `${input}-cut`, params: { duration: 0.4 } })
  for (const [source, size] of [
    ['odd', '50x36'],
    ['pal', '256x72'],
    ['turned', '72x128'],
  ] as const) {
    const [made] = await render([source], [cut(source)], [{ id: `${source}-cut`, destination: 'o.mp4' }])
    assert.ok(made)
    const { video } = await streamsOf(made)
    assert.equal(`${video?.widthPx}x${video?.heightPx}`, size)
    assert.equal(`${made.planned.video?.widthPx}x${made.planned.video?.heightPx}`, size)
  }
})

test('a copy into Matroska of a video on its side is upright', async () => {
  const [made] = await render(['turned'], [], [{ id: 'turned', destination: 'o.mkv' }])
  assert.ok(made)
  const { video, audio } = await streamsOf(made)
  assert.equal(`${video?.widthPx}x${video?.heightPx}`, '72x128')
  assert.equal(audio?.codec, 'aac')
})

test('a concat has exactly the planned frames, and sound as long as they are', async () => {
  const orders = [
    ['wide', 'small', 'web'],
    ['small', 'wide', 'odd'],
    ['odd', 'web', 'odd', 'small'],
    ['web', 'wide'],
  ]
  for (const order of orders) {
    const join = { op: 'concat', inputs: order, output: 'c' }
    const [made] = await render([...new Set(order)], [join], [{ id: 'c', destination: 'c.mp4' }])
    assert.ok(made?.planned.video && made.planned.audio)
    const { video, audio } = await streamsOf(made)
    const { frameRate, endUs = 0 } = made.planned.video
    assert.equal(video?.packets, Math.round((endUs / 1e6) * (frameRate.num / frameRate.den)), order.join())
    assert.ok(Math.abs((video?.durationUs ?? 0) - endUs) < 1000, order.join())
    assert.ok(Math.abs((audio?.durationUs ?? 0) - endUs) <= 1024 / 0.048, order.join())
  }
})

test('a trim out of a concat is a whole number of frames around the joint', async () => {
  const operations = [
    { op: 'concat', inputs: ['small', 'wide'], output: 'c' },
    { op: 'trim', input: 'c', output: 't', params: { start: 0.5, duration: 1.5 } },
  ]
  const [made] = await render(['small', 'wide'], operations, [{ id: 't', destination: 't.mp4' }])
  assert.ok(made)
  const { video, durationUs } = await streamsOf(made)
  assert.equal(video?.packets, 15)
  assert.ok(Math.abs((durationUs ?? 0) - 1.5e6) < 25_000)
})

test('another frame rate keeps the length', async () => {
  for (const [fps, frames] of [
    [5, 15],
    ['30000/1001', 90],
    [60, 180],
  ] as const) {
    const [made] = await render(
      ['wide'],
      [{ op: 'fps', input: 'wide', output: 'f', params: { fps } }],
      [{ id: 'f', destination: 'f.mp4' }],
    )
    assert.ok(made)
    const { video } = await streamsOf(made)
    assert.ok(Math.abs((video?.packets ?? 0) - frames) <= 1, `${video?.packets} frames at ${fps}`)
    assert.ok(Math.abs((video?.durationUs ?? 0) - 3e6) <= 40_000)
  }
})

test('a video laid over plays from its own beginning, and nothing of it stays behind', async () => {
  const over = { op: 'overlay', inputs: ['wide', 'red'], output: 'o', params: { start: 1, position: 'center' } }
  const [made] = await render(['wide', 'red'], [over], [{ id: 'o', destination: 'o.mov', codec: LOSSLESS }])
  const found = await pictures(made?.path ?? '')
  const base = await pictures(files['wide'] ?? '')
  const changed = found.flatMap(({ digest, atS }, index) => (digest === base[index]?.digest ? [] : [atS]))
  assert.equal(found.length, base.length)
  assert.deepEqual([changed[0], changed.at(-1), changed.length], [1, 1.96, 25])
  const first = await pictures(files['red'] ?? '', 'trim=end_frame=1')
  const shown = await pictures(made?.path ?? '', 'trim=start=1:end=1.02,crop=32:32:48:20')
  assert.equal(shown[0]?.digest, first[0]?.digest)
})

test('a picture is laid over in its interval, end excluded, and moves with a trim', async () => {
  const operations = [
    { op: 'overlay', inputs: ['wide', 'logo'], output: 'o', params: { start: 0.4, end: 1.2, x: 10, y: 10 } },
    { op: 'trim', input: 'o', output: 't', params: { start: 0.8, duration: 1 } },
  ]
  const outputs = ['o', 't'].map(id => ({ id, destination: `${id}.mov`, codec: LOSSLESS }))
  const [whole, part] = await render(['wide', 'logo'], operations, outputs)
  const base = await pictures(files['wide'] ?? '')
  const changed = (list: { digest: string }[], from: number) =>
    list.flatMap(({ digest }, index) => (digest === base[index + from]?.digest ? [] : [index + from]))
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
  assert.deepEqual(changed(await pictures(whole?.path ?? ''), 0), range(10, 30))
  assert.deepEqual(changed(await pictures(part?.path ?? ''), 20), range(20, 30))
})

test('three renditions come out of one process that opens the source once', async () => {
  const operations = [96, 64, 32].map(width => ({ op: 'scale', input: 'wide', output: `w${width}`, params: { width } }))
  const outputs = operations.map(({ output }) => ({ id: output, destination: `${output}.mp4` }))
  const made = await render(['wide'], operations, outputs)
  assert.equal(new Set(made.map(({ path }) => join(path, '..'))).size, 1)
  for (const one of made) {
    const { video, audio } = await streamsOf(one)
    assert.deepEqual([video?.widthPx, video?.packets], [one.planned.video?.widthPx, 75])
    assert.equal(audio?.codec, 'aac')
  }
})

test('sound of another rate joins sound', async () => {
  const operations = [
    { op: 'trim', input: 'tone', output: 't', params: { start: 0.5 } },
    { op: 'concat', inputs: ['t', 'tone'], output: 'c' },
  ]
  const [made] = await render(['tone'], operations, [{ id: 'c', destination: 'c.m4a' }])
  assert.ok(made)
  const { audio, durationUs } = await streamsOf(made)
  assert.equal(audio?.sampleRateHz, 44_100)
  assert.ok(Math.abs((durationUs ?? 0) - (made.planned.durationUs ?? 0)) < 25_000, `${durationUs}`)
})
