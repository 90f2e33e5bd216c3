// heif-covers: a HEIC or AVIF becomes the still of a photo: whole, upright, in its colours, with what it says of itself.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import type { House } from '../../../fixtures/house.ts'
import { makeHeic } from '../heic.ts'
import { box } from '../readers/samples.ts'
import { asked, failure, keep, make } from './kept.ts'

const run = promisify(execFile)

// Quarters of the picture, as red, green and blue.
const QUARTERS = { red: [200, 40, 40], green: [40, 160, 60], blue: [40, 60, 200], yellow: [210, 200, 50] } as const
const UPRIGHT = [
  ['red', 'green'],
  ['blue', 'yellow'],
] as const
// What a camera stores that lies on its side: a quarter turn against the clock brings it back.
const LYING = [
  ['blue', 'red'],
  ['yellow', 'green'],
] as const

function painted(quarters: readonly (readonly (keyof typeof QUARTERS)[])[], widthPx: number, heightPx: number): string {
  const boxes = quarters.flatMap((row, y) =>
    row.map((name, x) => {
      const colour = Buffer.from(QUARTERS[name]).toString('hex')
      return `drawbox=x=${(x * widthPx) / 2}:y=${(y * heightPx) / 2}:w=${widthPx / 2}:h=${heightPx / 2}:color=0x${colour}:t=fill`
    }),
  )
  return ['format=gbrp', ...boxes].join(',')
}

export function heifCovers(opened: () => House): void {
  describe('a cover that is a', () => {
    let house: House
    let source: string
    before(async () => {
      house = opened()
      source = await keep(house, await makeClip(house.uploads, { seconds: 1.37, size: '162x90', rate: '24000/1001' }))
    })

    async function photoOf(bytes: Buffer) {
      const file = join(house.uploads, 'cover.heif')
      await writeFile(file, bytes)
      const made = await make(house, convertSteps(asked({ source, cover: await keep(house, file) })))
      const { stdout } = await run('exiftool', ['-json', '-n', '-G1', '-a', '-validate', '-warning', '-all', made.file])
      return { file: made.file, tags: JSON.parse(stdout)[0] as Record<string, unknown> }
    }

    for (const pixelFormat of ['yuv420p', 'yuv420p10le'])
      test(`HEIC of tiles (${pixelFormat}), lying on its side, stands upright with its date and its profile`, async () => {
        const { exif, icc } = await said()
        const heic = await makeHeic(house.uploads, {
          ...{ picture: painted(LYING, 120, 180), columns: 2, rows: 3, widthPx: 120, heightPx: 180, turns: 1 },
          ...{ pixelFormat, exif: exif.subarray(6), profile: icc },
        })
        const { file, tags } = await photoOf(heic)
        await assertQuarters(file, 180, 120)
        assertSaid(tags)
        assert.match(String(tags['ICC_Profile:ProfileDescription']), /P3/)
        assert.equal(tags['ExifTool:Warning'], undefined)
      })

    test('AVIF keeps its date', async () => {
      const raw = UPRIGHT.flatMap(row =>
        Array.from({ length: 61 }, () => row.flatMap(name => new Array(47).fill(QUARTERS[name]))),
      )
      const picture = sharp(Buffer.from(raw.flat(2)), { raw: { width: 94, height: 122, channels: 3 } })
      const file = join(house.uploads, 'dated.avif')
      await picture.avif({ effort: 0, quality: 90 }).toFile(file)
      await run('exiftool', ['-q', '-overwrite_original', ...DATED, file])
      const made = await photoOf(await readFile(file))
      await assertQuarters(made.file, 94, 122)
      assertSaid(made.tags)
    })

    test('file of boxes without a picture that is known is refused', async () => {
      const head = box('ftyp', 'heic', '\0\0\0\0', 'mif1heic')
      for (const [name, bytes] of Object.entries({
        empty: Buffer.concat([head, box('meta', '\0\0\0\0')]),
        cut: Buffer.concat([
          head,
          box('meta', '\0\0\0\0', box('pitm', Buffer.alloc(6)), box('iloc', Buffer.alloc(8)), box('iprp')),
        ]),
      })) {
        const file = join(house.uploads, name)
        await writeFile(file, bytes)
        const error = await failure(house, convertSteps(asked({ source, cover: await keep(house, file) })))
        assert.equal(error?.code, 'media_unsupported', error?.message)
      }
    })
  })
}

const DATED = ['-DateTimeOriginal=2020:02:03 04:05:06', '-OffsetTimeOriginal=-03:00', '-Make=Kamera', '-Orientation#=6']

/** Exif and a profile, as bytes. */
async function said(): Promise<{ exif: Buffer; icc: Buffer }> {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).withIccProfile('p3')
  const { exif, icc } = await sharp(
    await picture
      .withExif({ IFD0: { Orientation: '6', Make: 'Kamera' }, IFD2: { DateTimeOriginal: '2020:02:03 04:05:06' } })
      .jpeg()
      .toBuffer(),
  ).metadata()
  return { exif: exif ?? assert.fail(), icc: icc ?? assert.fail() }
}

// How a picture of boxes is turned, Exif does not say.
function assertSaid(tags: Record<string, unknown>): void {
  const names = ['ExifIFD:DateTimeOriginal', 'IFD0:Make', 'IFD0:Orientation', 'XMP-GCamera:MotionPhoto']
  assert.deepEqual(
    names.map(name => tags[name]),
    ['2020:02:03 04:05:06', 'Kamera', 1, 1],
  )
}

async function assertQuarters(file: string, widthPx: number, heightPx: number): Promise<void> {
  const still = sharp(await readFile(file), { ignoreIcc: true })
  const { width, height } = await still.metadata()
  assert.deepEqual([width, height], [widthPx, heightPx])
  const { data } = await still
    .resize(2, 2, { kernel: 'nearest', fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const wanted = UPRIGHT.flat().flatMap(name => [...QUARTERS[name]])
  const farthest = Math.max(...wanted.map((level, index) => Math.abs(level - (data[index] ?? 999))))
  assert.ok(farthest <= 12, `${[...data]} instead of ${wanted}`)
}
