// awkward-sources: sources as the world has them, through probe, plan, command, ffmpeg and the gate.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { passGate } from '../../src/runs/gate.ts'
import { PROBES } from '../fixtures/probes.ts'
import { ffmpeg, type Made, openReal, pictures, type Real } from './real.ts'
import { type Operation, planSpec, type Spec } from './spec-plan.ts'

let real: Real
const clips: Record<string, string> = {}
const signal = new AbortController().signal

before(async () => {
  real = await openReal()
  const make = async (name: string, ...args: string[]) => {
    clips[name] = join(real.directory, name)
    await ffmpeg(...args, clips[name] ?? '')
  }
  const lavfi = (source: string) => ['-f', 'lavfi', '-i', source]
  const fast = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
  const sine = (seconds: number) => lavfi(`sine=d=${seconds}:sample_rate=48000`)
  const wide = ['-vf', 'setsar=64/45', ...fast]
  await make('wide.mp4', ...lavfi('testsrc2=s=72x58:r=25:d=2'), ...sine(2), ...wide)
  await make('almost.mp4', ...lavfi('testsrc2=s=72x58:r=25:d=1'), '-vf', 'setsar=200/199', ...fast)
  await make('square.mp4', ...lavfi('testsrc2=s=160x120:r=25:d=2'), ...sine(2), ...fast)
  await make('slides.mp4', ...lavfi('testsrc2=s=64x48:r=2:d=8'), ...sine(8), ...fast)
  await make('odd.mkv', ...lavfi('testsrc2=s=65x49:r=10:d=1'), '-c:v', 'libx264', '-pix_fmt', 'yuv444p')
  const gaps = ['-vf', "select='if(lt(t,2),1,not(mod(n,12)))'", '-fps_mode', 'vfr', '-enc_time_base', '1/60000']
  const bframes = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p']
  await make('gaps.mp4', ...lavfi('testsrc2=s=64x48:r=60:d=6'), ...sine(6), ...gaps, ...bframes)
  await make('tracks.mkv', ...lavfi('testsrc2=s=64x48:r=10:d=1'), ...sine(1), ...sine(2), ...fast,
    ...['-map', '0:v', '-map', '1:a', '-map', '2:a', '-disposition:a:0', '0', '-disposition:a:1', 'default']) // biome-ignore format: by stream
})
after(() => real[Symbol.asyncDispose]())

const output = (id: string, destination: string, codec?: object) => ({ id, destination, ...(codec && { codec }) })
const LOSSLESS = { video: { codec: 'libx264', crf: 0, preset: 'ultrafast' } }

/** Makes one output of `a` (and `b`) and lets it pass the gate. */
async function made(
  files: Record<string, string>,
  operations: readonly Operation[],
  destination: string,
  codec?: object,
): Promise<Made & { streams: readonly Record<string, unknown>[]; durationS: number }> {
  const inputs = Object.keys(files).map(id => ({ id, source: id }))
  const spec: Spec = { inputs, operations, outputs: [output(operations.at(-1)?.output ?? 'a', destination, codec)] }
  const paths = Object.fromEntries(Object.entries(files).map(([id, name]) => [id, clips[name] ?? '']))
  const [one] = await real.render(spec, paths)
  if (!one) throw new Error('nothing was made')
  return {
    ...one,
    ...(await passGate(real.processes, one.planned, one.path, { signal, decodable: async () => one.planned })).facts,
  }
}

const step = (op: string, inputs: readonly string[], params: Record<string, unknown> = {}): Operation =>
  inputs.length === 1
    ? { op, input: inputs[0] ?? '', output: 'o', params }
    : { op, inputs: [...inputs], output: 'o', params }

describe('pixels that are not square', () => {
  // 72 stored pixels are 102 wide when they are square: 64/45 of each.
  const cases: [title: string, Record<string, string>, Operation[], string, size: string][] = [
    ['are made square by a trim', { a: 'wide.mp4' }, [step('trim', ['a'], { start: 0.5 })], 'o.mp4', '102x58'],
    ['are made square by fps', { a: 'wide.mp4' }, [step('fps', ['a'], { fps: 10 })], 'o.mp4', '102x58'],
    [
      'are made square as the first of a concat',
      { a: 'wide.mp4', b: 'square.mp4' },
      [step('concat', ['a', 'b'])],
      'o.mp4',
      '102x58',
    ],
    [
      'are made square as the second of a concat',
      { a: 'square.mp4', b: 'wide.mp4' },
      [step('concat', ['a', 'b'])],
      'o.mp4',
      '160x120',
    ],
    [
      'are made square below another picture',
      { a: 'wide.mp4', b: 'square.mp4' },
      [step('overlay', ['a', 'b'])],
      'o.mp4',
      '102x58',
    ],
    ['are made square for a webm', { a: 'wide.mp4' }, [], 'o.webm', '102x58'],
    ['stay as they are when they are copied', { a: 'wide.mp4' }, [], 'o.mkv', '72x58'],
    ['of one per cent stay as they are', { a: 'almost.mp4' }, [step('fps', ['a'], { fps: 10 })], 'o.mp4', '72x58'],
  ]
  for (const [title, files, operations, destination, size] of cases)
    test(title, async () => {
      const { streams } = await made(files, operations, destination)
      assert.equal(`${streams[0]?.['widthPx']}x${streams[0]?.['heightPx']}`, size)
    })

  test('are made square before they lie in a corner of another picture', async () => {
    const corner = [step('overlay', ['a', 'b'], { position: 'bottom-right' })]
    const { path } = await made({ a: 'square.mp4', b: 'wide.mp4' }, corner, 'o.mp4', LOSSLESS)
    // The base is untouched beside it (160 - 102 = 58 wide) and not below it.
    const at = async (file: string, crop: string) => (await pictures(file, `${crop},trim=end_frame=5`))[0]?.digest
    const base = clips['square.mp4'] ?? ''
    assert.equal(await at(path, 'crop=56:58:0:62'), await at(base, 'crop=56:58:0:62'))
    assert.notEqual(await at(path, 'crop=8:58:60:62'), await at(base, 'crop=8:58:60:62'))
  })
})

describe('a cut between two frames', () => {
  const trim = (start: number, duration: number) => [step('trim', ['a'], { start, duration })]

  test('begins with the picture on the screen, and every other one is where it was', async () => {
    for (const destination of ['o.mp4', 'o.mkv', 'o.mov']) {
      const { path } = await made({ a: 'square.mp4' }, trim(0.5, 1), destination, LOSSLESS)
      const [first, ...others] = (await pictures(path)).map(({ atS }) => Math.round(atS * 1000))
      // Matroska's clock begins with what AAC needs to warm up.
      assert.ok(first === 0 || (destination === 'o.mkv' && first === 21), `${first}`)
      assert.deepEqual([0, 1, 24].map(index => (others[index] ?? 0) - first), [20, 60, 980]) // biome-ignore format: one thing
    }
  })

  test('of slides shows the one that lasts', async () => {
    const { path } = await made({ a: 'slides.mp4' }, trim(2.25, 4), 'o.mp4', LOSSLESS)
    const found = await pictures(path)
    const source = await pictures(clips['slides.mp4'] ?? '')
    assert.deepEqual(found.map(({ digest }) => digest), source.slice(4, 13).map(({ digest }) => digest)) // biome-ignore format: one thing
    assert.deepEqual(found.slice(0, 3).map(({ atS }) => atS), [0, 0.25, 0.75]) // biome-ignore format: one thing
  })

  test('after fps begins with the picture on the screen', async () => {
    const slow: Operation = { op: 'fps', input: 'a', output: 's', params: { fps: 1 } }
    const operations = [slow, step('trim', ['s'], { start: 1.5, duration: 4 })]
    const { path } = await made({ a: 'slides.mp4' }, operations, 'o.mp4')
    assert.deepEqual((await pictures(path)).map(({ atS }) => atS), [0, 0.5, 1.5, 2.5, 3.5]) // biome-ignore format: one thing
  })

  test('that is shorter than a frame keeps the one that is shown', async () => {
    const { path } = await made({ a: 'square.mp4' }, trim(1.01, 0.01), 'o.mp4', LOSSLESS)
    const [source] = await pictures(clips['square.mp4'] ?? '', 'trim=start=0.99:end=1.01')
    assert.deepEqual((await pictures(path)).map(({ digest }) => digest), [source?.digest]) // biome-ignore format: one thing
  })

  test('of a constant rate still has it', async () => {
    for (const destination of ['o.mp4', 'o.mkv', 'o.ts', 'o.webm']) {
      const { streams } = await made({ a: 'square.mp4' }, trim(0.4, 1.2), destination)
      assert.equal(streams[0]?.['frameRate'], '25', destination)
    }
  })
})

describe('frames at no constant rate', () => {
  const scale = [step('scale', ['a'], { width: 48, height: 32 })]

  for (const [
    destination,
    codec,
  ] of [['o.mp4', 'libx264'], ['o.mov', 'libx264'], ['o.mp4', 'libx265'], ['o.mkv', 'libx264']] as const) // biome-ignore format: a table
    test(`are all there, and are shown as long as before, in ${destination} by ${codec}`, async () => {
      const { path, durationS } = await made({ a: 'gaps.mp4' }, scale, destination, {
        video: { codec, preset: 'veryfast' },
      })
      const [found, source] = [await pictures(path), await pictures(clips['gaps.mp4'] ?? '')]
      assert.equal(found.length, source.length)
      assert.ok(Math.abs((found.at(-1)?.atS ?? 0) - (source.at(-1)?.atS ?? 0)) < 0.05)
      assert.ok(Math.abs(durationS - 6) < 0.05, `${durationS}`)
    })

  test('show the frame that is held when a cut begins, and no other that went before', async () => {
    const source = await pictures(clips['gaps.mp4'] ?? '')
    for (const start of [0.51, 1.37, 2.93, 4.44]) {
      const { path } = await made(
        { a: 'gaps.mp4' },
        [step('trim', ['a'], { start, duration: 1.33 })],
        'o.mkv',
        LOSSLESS,
      )
      const shown = source.filter(({ atS }, index) => atS < start + 1.329 && (source[index + 1]?.atS ?? 9) > start)
      const found = await pictures(path)
      assert.deepEqual(found.map(({ digest }) => digest), shown.map(({ digest }) => digest), `from ${start} s`) // biome-ignore format: one thing
      // Matroska begins with what the encoder of sound has put before the beginning.
      const lateS = found[0]?.atS ?? 0
      for (const [index, { atS }] of found.entries())
        assert.ok(
          Math.abs(atS - lateS - Math.max(0, (shown[index]?.atS ?? 0) - start)) < 0.0021,
          `frame ${index}: ${atS}`,
        )
    }
  })

  test('are cut without a beginning that shows nothing', async () => {
    const { path } = await made({ a: 'gaps.mp4' }, [step('trim', ['a'], { start: 3.1, duration: 2 })], 'o.mp4')
    assert.equal((await pictures(path))[0]?.atS, 0)
  })
})

test('an encoder that takes no picture so small says from which size on it does', async () => {
  const small = [step('scale', ['a'], { width: 48, height: 36 })]
  const making = made({ a: 'gaps.mp4' }, small, 'o.mkv', { video: { codec: 'libsvtav1' } })
  await assert.rejects(
    making,
    /\/outputs\/0\/codec\/video\/codec.*libsvtav1 takes pictures of at least 64 × 64, and this is 48 × 36/s,
  )
})

test('an odd side loses its last pixels, and the others stay what they were', async () => {
  const { path } = await made({ a: 'odd.mkv' }, [], 'o.mp4', LOSSLESS)
  const same = await pictures(clips['odd.mkv'] ?? '', 'crop=64:48:0:0')
  assert.deepEqual((await pictures(path)).map(({ digest }) => digest), same.map(({ digest }) => digest)) // biome-ignore format: one thing
})

test('of several tracks the default one is heard', async () => {
  const { durationS } = await made({ a: 'tracks.mkv' }, [], 'o.wav')
  assert.ok(Math.abs(durationS - 2) < 0.05, `${durationS}`)
})

test('that there is a choice of tracks, and that HDR is lost, is told', () => {
  const video = { ...PROBES.uhd.video, colourTransfer: 'smpte2084' } as const
  const others = [{ kind: 'audio', index: 2, codec: 'dts', language: 'fra' }] as const
  const probes = new Map([['a', { ...PROBES.mp4, video, others }]])
  const inputs = [{ id: 'a', source: 'a.mp4' }]
  const operations = [step('fps', ['a'], { fps: 10 })]
  const { warnings } = planSpec({ inputs, operations, outputs: [output('o', 'o.mp4')] }, probes)
  assert.deepEqual(
    warnings.map(({ pointer }) => pointer),
    ['/outputs/0', '/outputs/0'],
  )
  assert.match(warnings.map(({ message }) => message).join(), /2 audio tracks.*leaves out dts fra,.*HDR \(PQ\)/)
  assert.deepEqual(planSpec({ inputs, operations: [], outputs: [output('a', 'o.wav')] }, probes).warnings.length, 1)
})
