// colours.test: the still and the clip have the colours that the source has on the screen.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { placeEmbedded } from '../../../fixtures/databases.ts'
import { type House, openHouse } from '../../../fixtures/house.ts'
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

describe('colours', () => {
  let house: House
  before(async () => {
    house = await openHouse(await placeEmbedded())
    await house.work()
  })
  after(async () => {
    await house.close()
    await rm(house.place.directory, { recursive: true, force: true })
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
      await run('ffmpeg', ['-v', 'error', '-y', ...fields, '-filter_complex', graph, '-map', '[v]', ...encoding, file])
      const photo = await make(house, convertSteps(asked({ source: await keep(house, file) })))
      assertNear(await fieldsOf(photo.file, 'bt601'))
      const bytes = await readFile(photo.file)
      const clip = join(house.scratch, 'clip.mp4')
      await writeFile(clip, bytes.subarray(-Number(/MicroVideoOffset="(\d+)"/.exec(bytes.toString('latin1'))?.[1])))
      assertNear(await fieldsOf(clip, await matrixOf(clip)))
    })

  test('what is brighter than a screen comes out as a picture of ordinary brightness', async () => {
    const file = join(house.uploads, 'bright.mov')
    const graph = ['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=10:duration=1', '-pix_fmt', 'yuv420p10le']
    const tags = [
      '-x265-params',
      'log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc',
      '-tag:v',
      'hvc1',
    ]
    await run('ffmpeg', ['-v', 'error', '-y', ...graph, '-c:v', 'libx265', ...tags, file])
    const photo = await make(house, convertSteps(asked({ source: await keep(house, file) })))
    const { stdout } = await run(
      'ffmpeg',
      ['-v', 'error', '-i', photo.file, '-vf', 'scale=1:1,format=gray', '-f', 'rawvideo', '-'],
      {
        encoding: 'buffer',
      },
    )
    assert.ok((stdout[0] ?? 0) > 60 && (stdout[0] ?? 0) < 200, `${stdout[0]}`)
  })
})

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
