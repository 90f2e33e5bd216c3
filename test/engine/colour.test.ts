// colour: sources of every kind of colour through operations: what a player shows of the outputs, pixel by pixel.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { ffmpeg, openReal, type Real } from './real.ts'
import type { Operation, Output } from './spec-plan.ts'

const RED = '0xF01020'
const SHOWN = [240, 16, 32] as const

/** One colour, as a file of this kind holds it. */
type Recipe = { readonly name: string; readonly size: string; readonly filters: string; readonly args: string[] }

const SD = '96x64'
// As wide as HD, so that it counts as such, and next to no work.
const HD = '1280x32'
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '1']
const mixed = (matrix: string, range: string, format = 'yuv420p', tags = '') =>
  `format=gbrp,scale=out_color_matrix=${matrix}:out_range=${range}:flags=accurate_rnd,format=${format}${tags}`
const tagged = (matrix: string, primaries: string, transfer: string, range = 'tv') =>
  `,setparams=colorspace=${matrix}:color_primaries=${primaries}:color_trc=${transfer}:range=${range}`

const RECIPES: Readonly<Record<string, Recipe>> = {
  'untagged SD': { name: 'sd.mp4', size: SD, filters: mixed('bt601', 'tv'), args: X264 },
  'untagged HD': { name: 'hd.mp4', size: HD, filters: mixed('bt709', 'tv'), args: X264 },
  'tagged HD': {
    name: '709.mp4',
    size: HD,
    filters: mixed('bt709', 'tv', 'yuv420p', tagged('bt709', 'bt709', 'bt709')),
    args: X264,
  },
  'SD that says BT.709': {
    name: 'sd709.mkv',
    size: SD,
    filters: mixed('bt709', 'tv', 'yuv420p', tagged('bt709', 'bt709', 'bt709')),
    args: X264,
  },
  PAL: {
    name: 'pal.mp4',
    size: SD,
    filters: mixed('bt601', 'tv', 'yuv420p', tagged('bt470bg', 'bt470bg', 'bt709')),
    args: X264,
  },
  'SMPTE 240M': {
    name: '240.mkv',
    size: HD,
    filters: mixed('smpte240m', 'tv', 'yuv420p', tagged('smpte240m', 'smpte240m', 'smpte240m')),
    args: X264,
  },
  'full range': {
    name: 'full.mp4',
    size: HD,
    filters: mixed('bt709', 'pc', 'yuv420p', tagged('bt709', 'bt709', 'bt709', 'pc')),
    args: X264,
  },
  'Motion JPEG': {
    name: 'mjpeg.avi',
    size: SD,
    filters: mixed('bt601', 'pc', 'yuvj420p'),
    args: ['-c:v', 'mjpeg', '-q:v', '2'],
  },
  'PNG in MOV': { name: 'png.mov', size: HD, filters: 'format=rgb24', args: ['-c:v', 'png'] },
  'H.264 of RGB': { name: 'rgb.mkv', size: SD, filters: 'format=gbrp', args: ['-c:v', 'libx264rgb', '-crf', '1'] },
  GIF: { name: 'red.gif', size: SD, filters: 'split[a][b];[a]palettegen[p];[b][p]paletteuse', args: [] },
  'ten bits': { name: 'ten.mkv', size: SD, filters: mixed('bt601', 'tv', 'yuv422p10le'), args: ['-c:v', 'ffv1'] },
}

let real: Real
const files: Record<string, string> = {}

before(async () => {
  real = await openReal()
  const make = async (id: string, { name, size, filters, args }: Recipe, colour: string, one = false) => {
    files[id] = join(real.directory, `${one ? 'still-' : ''}${name}`)
    const pictures = one ? ['-frames:v', '1'] : []
    const source = `color=${colour}:s=${size}:r=25:d=0.2`
    await ffmpeg('-f', 'lavfi', '-i', source, '-vf', filters, ...args, ...pictures, files[id])
  }
  for (const [id, recipe] of Object.entries(RECIPES)) await make(id.replaceAll(' ', '-'), recipe, RED)
  const still = (name: string, filters: string) => ({ name, size: '20x12', filters, args: [] })
  await make('png', still('logo.png', 'format=rgba'), RED, true)
  await make('deep-png', still('deep.png', 'format=rgb48be'), RED, true)
  await make('jpeg', still('logo.jpg', mixed('bt601', 'pc', 'yuvj444p')), RED, true)
  await make('grey', { ...(RECIPES['tagged HD'] as Recipe), name: 'grey.mp4' }, 'gray')
  await make('grey-sd', { ...(RECIPES['untagged SD'] as Recipe), name: 'greysd.mp4' }, 'gray')
  const hlg = 'format=gbrp,zscale=min=gbr:tin=bt709:pin=bt709:rin=full:t=arib-std-b67:p=bt2020:m=bt2020nc:r=tv:npl=203'
  const hlgTags = tagged('bt2020nc', 'bt2020', 'arib-std-b67')
  const quiet = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-crf', '5']
  await make('hlg', { name: 'hlg.mp4', size: SD, filters: `${hlg},format=yuv420p10le${hlgTags}`, args: quiet }, 'gray')
  const pq = ['-x265-params', `log-level=error:${HDR10}`]
  const pqFilters = `${hlg.replace('arib-std-b67', 'smpte2084')},format=yuv420p10le${tagged('bt2020nc', 'bt2020', 'smpte2084')}`
  await make('pq', { name: 'pq.mp4', size: SD, filters: pqFilters, args: [...quiet.slice(0, 4), ...pq] }, 'gray')
})
after(() => real[Symbol.asyncDispose]())

const HDR10 =
  'hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400'
const FINE = { video: { crf: 1, preset: 'ultrafast' } }

async function render(used: readonly string[], operations: readonly Operation[], output: Output): Promise<string> {
  const spec = { inputs: used.map(id => ({ id, source: id })), operations, outputs: [output] }
  const [made] = await real.render(spec, Object.fromEntries(used.map(id => [id, files[id] ?? ''])))
  return made?.path ?? ''
}

type Tags = {
  readonly pix_fmt: string
  readonly color_space: string
  readonly color_transfer: string
  readonly color_range: string
}

async function tagsOf(path: string): Promise<Tags> {
  const entries = 'stream=pix_fmt,color_space,color_transfer,color_primaries,color_range'
  const args = ['-v', 'error', '-select_streams', 'v', '-show_entries', entries, '-of', 'json', path]
  return JSON.parse((await promisify(execFile)('ffprobe', args)).stdout).streams[0]
}

/** Red, green and blue as a player shows them that believes the tags. */
async function pixel(path: string, x: number, y: number, atS = 0): Promise<number[]> {
  const { color_space: matrix } = await tagsOf(path)
  const swscale = matrix === 'bt709' ? 'bt709' : 'bt601'
  const filters = `scale=in_color_matrix=${swscale}:flags=accurate_rnd+full_chroma_int,format=rgb24,crop=1:1:${x}:${y}`
  const args = ['-v', 'error', '-ss', String(atS), '-i', path, '-vf', filters, '-frames:v', '1', '-f', 'rawvideo', '-']
  return [...(await promisify(execFile)('ffmpeg', args, { encoding: 'buffer' })).stdout]
}

function assertNear(found: readonly number[], expected: readonly number[], what: string, within = 5): void {
  assert.equal(found.length, 3, what)
  const off = Math.max(...expected.map((value, index) => Math.abs(value - (found[index] ?? 0))))
  assert.ok(off <= within, `${what}: ${found.join()} instead of ${expected.join()}`)
}

const step = (op: string, inputs: readonly string[], params = {}): Operation =>
  inputs.length === 1 ? { op, input: inputs[0] ?? '', output: 'o', params } : { op, inputs, output: 'o', params }

test('the same red comes out of every kind of source, into another size too, and the file says how to read it', async () => {
  for (const [kind, { size }] of Object.entries(RECIPES)) {
    const id = kind.replaceAll(' ', '-')
    const other = size === HD ? { width: 64, height: 48 } : { width: 1280, height: 16 }
    const operations = [step('scale', [id], { ...other, fit: 'stretch' })]
    const path = await render([id], operations, { id: 'o', destination: 'o.mp4', codec: FINE })
    const tags = await tagsOf(path)
    assert.match(`${tags.color_space} ${tags.color_range}`, /^(?:bt709|bt470bg|smpte170m) tv$/, kind)
    assert.equal(tags.pix_fmt, 'yuv420p', kind)
    assertNear(await pixel(path, 30, 8), SHOWN, kind)
  }
})

test('what is joined has the colour of the first, and shows the same', async () => {
  // The second may be a square in the middle.
  for (const [first, second, x, y] of [
    ['tagged-HD', 'untagged-SD', 640, 16],
    ['PAL', 'SD-that-says-BT.709', 48, 30],
    ['untagged-HD', 'full-range', 640, 16],
    ['untagged-SD', 'H.264-of-RGB', 48, 30],
    ['Motion-JPEG', 'ten-bits', 48, 30],
  ] as const) {
    const pair = [first, second]
    const path = await render(pair, [step('concat', pair)], { id: 'o', destination: 'o.mp4', codec: FINE })
    for (const atS of [0, 0.3]) assertNear(await pixel(path, x, y, atS), SHOWN, `${pair.join()} at ${atS}`)
  }
})

test('a logo keeps its colour on every base, and half of it mixes with what lies below', async () => {
  for (const [base, logo] of [
    ['grey', 'png'],
    ['grey', 'jpeg'],
    ['grey-sd', 'deep-png'],
    ['hlg', 'png'],
  ] as const) {
    const output = { id: 'o', destination: 'o.mp4', codec: FINE }
    const path = await render([base, logo], [step('overlay', [base, logo], { x: 11, y: 5 })], output)
    assertNear(await pixel(path, 20, 10), SHOWN, `${logo} on ${base}`)
    if (base === 'hlg') continue
    const half = await render([base, logo], [step('overlay', [base, logo], { x: 11, y: 5, opacity: 0.5 })], output)
    assertNear(await pixel(half, 20, 10), [184, 72, 80], `half a ${logo} on ${base}`)
  }
})

test('HDR becomes BT.709 of eight bits for H.264, and keeps ten bits and its metadata for HEVC, AV1 and VP9', async () => {
  // SVT-AV1 takes nothing smaller.
  const small = (id: string) => [step('scale', [id], { width: 120 })]
  for (const id of ['pq', 'hlg']) {
    const path = await render([id], small(id), { id: 'o', destination: 'o.mp4' })
    const tags = await tagsOf(path)
    assert.deepEqual([tags.pix_fmt, tags.color_space, tags.color_transfer], ['yuv420p', 'bt709', 'bt709'], id)
    const [red = 0, green = 0, blue = 0] = await pixel(path, 20, 10)
    assert.ok(Math.max(red, green, blue) - Math.min(red, green, blue) <= 3 && red > 70 && red < 160, `${red}`)
    for (const [codec, name] of [
      ['libx265', 'o.mp4'],
      ['libsvtav1', 'o.mkv'],
      ['libvpx-vp9', 'o.webm'],
    ] as const) {
      const kept = await tagsOf(
        await render([id], small(id), { id: 'o', destination: name, codec: { video: { codec } } }),
      )
      const transfer = id === 'pq' ? 'smpte2084' : 'arib-std-b67'
      assert.deepEqual(
        [kept.pix_fmt, kept.color_space, kept.color_transfer],
        ['yuv420p10le', 'bt2020nc', transfer],
        codec,
      )
    }
  }
})

test('HDR10 stays mastered for what it was', async () => {
  for (const codec of ['libx265', 'libsvtav1']) {
    const output = { id: 'o', destination: 'o.mkv', codec: { video: { codec } } }
    const path = await render(['pq'], [step('scale', ['pq'], { width: 120 })], output)
    const entries = 'frame_side_data=red_x,max_luminance,max_content'
    const args = ['-v', 'error', '-read_intervals', '%+#1', '-show_entries', entries, '-of', 'json', path]
    const { side_data_list = [] } = JSON.parse((await promisify(execFile)('ffprobe', args)).stdout).frames[0]
    const told = Object.assign({}, ...side_data_list)
    const ratio = (text: string) =>
      text.split('/').reduce((num, den, index) => (index ? num / Number(den) : Number(den)), 0)
    assert.deepEqual(
      [ratio(told.red_x).toFixed(3), Math.round(ratio(told.max_luminance)), told.max_content],
      ['0.680', 1000, 1000],
      codec,
    )
  }
})
