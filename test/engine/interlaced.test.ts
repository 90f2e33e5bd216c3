// interlaced: frames of two fields become whole ones when they are encoded, or stay two fields when that is asked for.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { PROBES } from '../fixtures/probes.ts'
import { ffmpeg, openReal, pictures, type Real } from './real.ts'
import { planSpec, type Spec } from './spec-plan.ts'

const FIELDS = ['-flags', '+ilme+ildct', '-pix_fmt', 'yuv420p']
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params']
// Each field shows another instant.
const moving = (first: 'top' | 'bottom', rate = '50') =>
  ['-f', 'lavfi', '-i', `testsrc2=s=160x96:r=${rate}:d=1.94,tinterlace=interleave_${first}`, ...FIELDS] as const
// All lines of one field are black, and all of the other white.
const striped = (first: 'top' | 'bottom') =>
  ['-f', 'lavfi', '-i', `color=black:s=160x96:r=50:d=0.7,geq=lum='16+219*mod(N,2)':cb=128:cr=128,tinterlace=interleave_${first}`, ...FIELDS] as const // biome-ignore format: one filter graph

const MOVING: Readonly<Record<string, readonly string[]>> = {
  'broadcast.ts': [...moving('top'), '-c:v', 'mpeg2video', '-q:v', '2', '-bf', '2', '-g', '12'],
  'camera.mp4': [...moving('top', '60000/1001'), ...X264, 'tff=1'],
  'bottom-first.mkv': [...moving('bottom'), ...X264, 'bff=1'],
}
const STRIPED: Readonly<Record<string, readonly string[]>> = {
  'striped.mp4': [...striped('top'), ...X264, 'tff=1'],
  'striped-bottom-first.mkv': [...striped('bottom'), ...X264, 'bff=1'],
}

let real: Real
before(async () => {
  real = await openReal()
  for (const [name, args] of Object.entries({ ...MOVING, ...STRIPED })) await ffmpeg(...args, at(name))
})
after(() => real[Symbol.asyncDispose]())
const at = (name: string) => join(real.directory, name)

const LOSSLESS = { video: { codec: 'libx264', preset: 'ultrafast', crf: 0 } }
const PART = { op: 'trim', input: 'a', output: 'part', params: { start: 0.37, duration: 0.9 } }

type Input = { readonly interlaced?: 'keep' }

async function render(name: string, operations: readonly object[], ids: readonly string[], input: Input = {}) {
  const outputs = ids.map(id => ({ id, destination: `${id}.mkv`, codec: LOSSLESS }))
  const spec = { inputs: [{ id: 'a', source: 'a', ...input }], operations, outputs } as unknown as Spec
  return (await real.render(spec, { a: at(name) })).map(({ path }) => path)
}

for (const name of Object.keys(MOVING))
  test(`what is encoded of ${name} has whole frames, and a part those that the whole has there`, async () => {
    const expected = await pictures(at(name), 'bwdif=send_frame:deint=interlaced,setpts=PTS-STARTPTS')
    const [whole = '', part = ''] = await render(name, [PART], ['a', 'part'])
    const digests = async (path: string) => (await pictures(path)).map(({ digest }) => digest)
    assert.deepEqual(await digests(whole), expected.map(({ digest }) => digest)) // biome-ignore format: one thing
    const first = expected.findLastIndex(({ atS }) => atS <= 0.37)
    const last = expected.findLastIndex(({ atS }) => atS < 1.27)
    assert.deepEqual(await digests(part), expected.slice(first, last + 1).map(({ digest }) => digest)) // biome-ignore format: one thing
    assert.deepEqual(new Set(await saidOf(whole)), new Set(['0,0']))
  })

/** Of each frame, whether it is two fields, and whether the top one is first. */
async function saidOf(path: string): Promise<string[]> {
  const frame = 'frame=interlaced_frame,top_field_first'
  const ask = ['-v', 'error', '-select_streams', 'v', '-show_entries', frame, '-of', 'csv=p=0', path]
  const { stdout } = await promisify(execFile)('ffprobe', ask)
  return stdout.split('\n').flatMap(line => /^\d,\d/.exec(line)?.[0] ?? [])
}

const KEPT = [
  { op: 'scale', input: 'a', output: 'half', params: { width: 80, height: 48 } },
  { op: 'scale', input: 'a', output: 'barred', params: { width: 160, height: 108 } },
  { op: 'concat', inputs: ['a', 'a'], output: 'joined' },
]

for (const [name, order] of [
  ['striped.mp4', '1,1'],
  ['striped-bottom-first.mkv', '1,0'],
] as const)
  test(`the fields of ${name} stay apart when that is asked for, in every size and joined`, async () => {
    const source = await saidOf(at(name))
    const paths = await render(name, KEPT, ['a', 'half', 'barred', 'joined'], { interlaced: 'keep' })
    for (const [index, path] of paths.entries()) {
      assert.deepEqual(new Set(await saidOf(path)), new Set([order]), path)
      assert.equal((await saidOf(path)).length, source.length * (index === 3 ? 2 : 1))
      const width = index === 1 ? 80 : 160
      const bytes = await luma(path)
      const lines = Array.from({ length: bytes.length / width }, (_, line) => bytes[line * width + width / 2] ?? 0)
      // The bars are black.
      const shown = lines.slice(lines.findIndex(value => value > 128), lines.findLastIndex(value => value > 128) + 1) // biome-ignore format: one thing
      assert.ok(shown.length > lines.length * 0.8)
      for (const [line, value] of shown.entries()) assert.ok(line % 2 === 0 ? value > 225 : value < 26, `${path} ${line}: ${value}`) // biome-ignore format: one thing
    }
  })

/** The brightness of the pixels of the fifth frame. */
async function luma(path: string): Promise<Buffer> {
  const args = ['-v', 'error', '-i', path, '-vf', 'select=eq(n\\,4),extractplanes=y', '-frames:v', '1', '-f', 'rawvideo', '-'] // biome-ignore format: one command
  return (await promisify(execFile)('ffmpeg', args, { encoding: 'buffer' })).stdout
}

test('an encoder that cannot say that frames are two fields is told of', () => {
  const video = { ...(PROBES.mp4.video ?? assert.fail()), interlaced: 'top-first' as const }
  const input = { id: 'a', source: 'a', interlaced: 'keep' }
  const spec = { inputs: [input], operations: [], outputs: [{ id: 'a', destination: 'o.webm' }] } as unknown as Spec
  const { warnings } = planSpec(spec, new Map([['a', { ...PROBES.mp4, video }]]))
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['"a" stays interlaced, and libvpx-vp9 cannot say so: libx264 can'],
  )
})
