// colours: the still and the clip have the colours that the source has on the screen.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { convertSteps, prepareSteps } from '../../../../src/features/motion-photos/work.ts'
import type { House } from '../../../fixtures/house.ts'
import { asked, keep, make } from './kept.ts'

const run = promisify(execFile)

// Four flat colours, and how they are stored.
const COLOURS = ['c02030', '20a040', '2040c0', 'd0c020']
const STORED: Readonly<Record<string, readonly string[]>> = {
  'BT.709 of television': ['-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p', '-colorspace', 'bt709'],
  'BT.601 of television': [
    '-vf',
    'scale=out_color_matrix=bt601:out_range=tv,format=yuv420p',
    '-colorspace',
    'smpte170m',
  ],
  'BT.709 over the full range': [
    '-vf',
    'scale=out_color_matrix=bt709:out_range=full,format=yuvj420p',
    '-colorspace',
    'bt709',
  ],
}

// What a screen of 100 cd/m² shows at the levels 0, 64, 128, 192 and 255 (BT.1886), with its white at 203 cd/m²
// (BT.2408), in codes of ten bits by the formulas of BT.2100.
const BRIGHT: Readonly<Record<string, readonly number[]>> = {
  smpte2084: [64, 306, 429, 511, 573],
  'arib-std-b67': [64, 260, 456, 620, 721],
}

export function colours(opened: () => House): void {
  describe('colours', () => {
    let house: House
    before(async () => {
      house = opened()
    })

    for (const [name, storing] of Object.entries(STORED))
      test(`${name} looks the same in the still and in the clip`, async () => {
        const file = join(house.uploads, 'colours.mp4')
        const fields = COLOURS.flatMap(colour => [
          '-f',
          'lavfi',
          '-i',
          `color=0x${colour}:size=64x64:rate=10:duration=1,format=rgb24`,
        ])
        const [option = '', filters = '', ...tags] = storing
        const graph = `[0][1][2][3]hstack=inputs=4,${filters}[v]`
        assert.equal(option, '-vf')
        const encoding = ['-c:v', 'libx264', '-crf', '5', ...tags]
        await run('ffmpeg', [
          '-v',
          'error',
          '-y',
          ...fields,
          '-filter_complex',
          graph,
          '-map',
          '[v]',
          ...encoding,
          file,
        ])
        const photo = await make(house, convertSteps(asked({ source: await keep(house, file) })))
        assertNear(await fieldsOf(photo.file, 'bt601'))
        const clip = await clipOf(house, photo.file)
        assertNear(await fieldsOf(clip, await matrixOf(clip)))
      })

    for (const [transfer, codes] of Object.entries(BRIGHT))
      test(`what ${transfer} keeps is as bright in still, clip and preview as a screen shows it`, async () => {
        const file = join(house.uploads, `${transfer}.mov`)
        const [black, dark, middle, bright, white] = codes
        const steps = `if(lt(X,32),${black},if(lt(X,64),${dark},if(lt(X,96),${middle},if(lt(X,128),${bright},${white}))))`
        const ramp = `nullsrc=size=160x64:rate=10:duration=1,format=yuv420p10le,geq=lum='${steps}':cb=512:cr=512`
        const tags = `log-level=error:qp=4:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`
        const encoding = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', tags, '-tag:v', 'hvc1']
        await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', ramp, ...encoding, file])
        const source = await keep(house, file)
        const photo = await make(house, convertSteps(asked({ source })))
        const preview = await make(house, prepareSteps({ source }))
        for (const made of [photo.file, await clipOf(house, photo.file), preview.file])
          assertToned(await levelsOf(made))
      })
  })
}

// The end of a photo.
async function clipOf({ scratch }: House, photo: string): Promise<string> {
  const bytes = await readFile(photo)
  const clip = join(scratch, 'clip.mp4')
  await writeFile(clip, bytes.subarray(-Number(/MicroVideoOffset="(\d+)"/.exec(bytes.toString('latin1'))?.[1])))
  return clip
}

async function levelsOf(file: string): Promise<number[]> {
  const filters = 'trim=end_frame=1,scale=5:1:flags=area,format=gray'
  const args = ['-v', 'error', '-i', file, '-vf', filters, '-frames:v', '1', '-f', 'rawvideo', '-']
  return [...(await run('ffmpeg', args, { encoding: 'buffer' })).stdout]
}

// In the middle as it was, and darker towards white, which leaves room for what is brighter.
function assertToned(found: readonly number[]): void {
  const bounds = [
    [0, 6],
    [50, 70],
    [105, 135],
    [150, 195],
    [185, 235],
  ]
  const outside = bounds.filter(
    ([low = 0, high = 0], index) => !((found[index] ?? -1) >= low && (found[index] ?? -1) <= high),
  )
  assert.deepEqual(outside, [], `${found}`)
}

async function fieldsOf(file: string, matrix: string): Promise<number[]> {
  const filters = `trim=end_frame=1,scale=in_color_matrix=${matrix},format=rgb24,scale=4:1:flags=area`
  const args = ['-v', 'error', '-i', file, '-vf', filters, '-frames:v', '1', '-f', 'rawvideo', '-']
  return [...(await run('ffmpeg', args, { encoding: 'buffer' })).stdout]
}

async function matrixOf(file: string): Promise<string> {
  const args = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=color_space', '-of', 'csv=p=0', file]
  return (await run('ffprobe', args)).stdout.trim()
}

function assertNear(found: readonly number[]): void {
  const wanted = COLOURS.flatMap(colour => [...Buffer.from(colour, 'hex')])
  for (const [index, level] of wanted.entries())
    assert.ok(Math.abs(level - (found[index] ?? -99)) <= 6, `${found} instead of ${wanted}`)
}
