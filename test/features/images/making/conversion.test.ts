// conversion: what was delivered looks the same in the format that was asked for: its colours, its depth, and which way is up.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp, { type Sharp } from 'sharp'
import { pngChunk, readPng, writePng } from '../../../../src/features/images/containers/png.ts'
import { readWebp, writeWebp } from '../../../../src/features/images/containers/webp.ts'
import { decodePicture } from '../../../../src/features/images/making/decode.ts'
import { finishPicture } from '../../../../src/features/images/making/finish.ts'
import type { ImageMeans, Maker } from '../../../../src/features/images/making/means.ts'
import { asStill } from '../../../../src/features/images/making/still.ts'
import { warningsOf } from '../../../../src/features/images/making/warnings.ts'
import { markPicture } from '../../../../src/features/images/provenance/mark.ts'
import type { PictureNotes } from '../../../../src/features/images/provenance/notes.ts'
import { openProcesses, type Processes } from '../../../../src/process/open.ts'
import type { ImageFormat } from '../../../../src/providers/image/contract.ts'
import type { StepContext } from '../../../../src/runs/steps/contract.ts'
import { openWorkspace } from '../../../../src/runs/workspace.ts'
import { ORDER } from './painter.ts'

const FORMATS: readonly ImageFormat[] = ['png', 'jpg', 'webp']
const NOTES: PictureNotes = {
  ...{ provider: 'Painter', model: 'painter', kind: 'trained', seed: 7, number: 1, software: 'Kinora test' },
}
const [WIDTH, HEIGHT] = [60, 40]

let processes: Processes
let scratch: string
before(async () => {
  processes = await openProcesses({ sandbox: 'auto' })
  scratch = await mkdtemp(join(tmpdir(), 'kinora-conversion-'))
})
after(() => rm(scratch, { recursive: true, force: true }))

for (const from of FORMATS)
  for (const to of FORMATS) {
    test(`Display P3 in a ${from} is Display P3 in a ${to}`, async () => {
      const delivered = await written(corners().withIccProfile('p3'), from)
      const { bytes } = await convert(delivered, to)
      const { icc, orientation } = await sharp(bytes).metadata()
      assert.deepEqual([icc, orientation], [(await sharp(delivered).metadata()).icc, undefined])
      await assertCorners(bytes, RED_GREEN_BLUE_WHITE)
    })

    for (const orientation of [1, 3, 6] as const)
      test(`a ${from} that is stored with orientation ${orientation} is an upright ${to}`, async () => {
        const delivered = await written(corners().withMetadata({ orientation }), from)
        const { bytes, widthPx, heightPx } = await convert(delivered, to)
        const { width, height, orientation: left = 1 } = await sharp(bytes).metadata()
        const upright = orientation === 6 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]
        assert.deepEqual([width, height, left], [...upright, 1])
        assert.deepEqual([widthPx, heightPx], upright)
        await assertCorners(bytes, await cornersOf(await sharp(delivered).autoOrient().png().toBuffer()))
      })
  }

for (const orientation of [2, 4, 5, 7, 8] as const)
  test(`orientation ${orientation} is turned and mirrored as others do it`, async () => {
    const delivered = await written(corners().withMetadata({ orientation }), 'jpg')
    const { bytes } = await convert(delivered, 'png')
    await assertCorners(bytes, await cornersOf(await sharp(delivered).autoOrient().png().toBuffer()))
  })

test('sixteen bits become eight, and stay sixteen in a PNG', async () => {
  const deep = await corners().toColourspace('rgb16').png().toBuffer()
  assert.equal((await sharp(deep).metadata()).depth, 'ushort')
  for (const to of FORMATS) {
    const { bytes } = await convert(deep, to)
    assert.equal((await sharp(bytes).metadata()).depth, to === 'png' ? 'ushort' : 'uchar')
    await assertCorners(bytes, RED_GREEN_BLUE_WHITE)
  }
})

test('inks become red, green and blue, in a JPEG, too', async () => {
  const inks = await corners().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
  assert.equal((await sharp(inks).metadata()).channels, 4)
  for (const to of FORMATS) {
    const { bytes } = await convert(inks, to)
    const { space, channels, icc } = await sharp(bytes).metadata()
    assert.deepEqual([space, channels, icc], ['srgb', 3, undefined])
    // Inks are no lights: what is read from them without their profile is not the same, but it is the same colour.
    await assertCorners(bytes, RED_GREEN_BLUE_WHITE, 110)
  }
})

for (const to of FORMATS)
  test(`of an animated WebP the first picture becomes a ${to}, and that is told`, async () => {
    const { bytes, warnings } = await convert(await animation(), to)
    const { pages = 1, width, height } = await sharp(bytes, { animated: true }).metadata()
    assert.deepEqual([pages, width, height], [1, WIDTH, HEIGHT])
    await assertCorners(bytes, RED_GREEN_BLUE_WHITE)
    assert.deepEqual(warnings, [{ pointer: '', message: 'Painter delivered an animation: its first picture is kept' }])
  })

test('an animated WebP whose first picture is only a part is told to be none', async () => {
  const [canvas, ...chunks] = readWebp(await animation())
  const larger = Buffer.from(canvas?.data ?? [])
  larger.writeUIntLE(WIDTH + 9, 4, 3)
  await assert.rejects(convert(writeWebp([{ type: 'VP8X', data: larger }, ...chunks]), 'webp'), {
    code: 'provider_unreadable',
    message: /^Painter API error: /,
  })
})

test('an animated PNG is the picture that programs show which do not know animations', async () => {
  const [header, ...others] = readPng(await written(corners(), 'png'))
  const acTL = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))
  const moving = writePng(
    [header, ...others].flatMap(chunk => chunk ?? []),
    [acTL],
  )
  const { bytes, warnings } = await convert(moving, 'png')
  assert.deepEqual([readPng(bytes).some(({ type }) => type === 'acTL'), warnings.length], [false, 1])
  await assertCorners(bytes, RED_GREEN_BLUE_WHITE)
})

async function convert(delivered: Buffer, format: ImageFormat) {
  await using workspace = await openWorkspace(scratch, 'step', 1)
  const file = workspace.file('delivered-1')
  await writeFile(file, delivered)
  const context = { workspace, signal: AbortSignal.timeout(30_000) } as StepContext
  const maker = { provider: { name: 'Painter' } } as Maker
  const order = { ...ORDER, format, quality: 95, size: { widthPx: WIDTH, heightPx: HEIGHT } }
  const picture = await asStill({ bytes: delivered, file, number: 1 })
  assert.deepEqual(await readFile(file), picture.bytes)
  const decoded = await decodePicture({ processes } as ImageMeans, context, { maker, picture, order })
  const finished = await finishPicture({ mark: markPicture }, order, decoded, NOTES)
  const generated = { pictures: [{ bytes: delivered }], keptBy: 'nobody', warnings: [] } as const
  const warnings = warningsOf(order, { maker, generated, decoded: [{ ...decoded, ...order.size }] })
  return { ...finished, warnings }
}

// In sRGB; none of the corners is like another.
const RED_GREEN_BLUE_WHITE = [
  [220, 20, 60],
  [40, 160, 40],
  [30, 60, 200],
  [250, 250, 250],
]

function corners(): Sharp {
  const rgb = Buffer.alloc(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const corner = (y < HEIGHT / 2 ? 0 : 2) + (x < WIDTH / 2 ? 0 : 1)
      rgb.set(RED_GREEN_BLUE_WHITE[corner] ?? [], (y * WIDTH + x) * 3)
    }
  return sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
}

async function written(picture: Sharp, format: ImageFormat): Promise<Buffer> {
  return await picture.toFormat(format === 'jpg' ? 'jpeg' : format, { quality: 95 }).toBuffer()
}

async function animation(): Promise<Buffer> {
  const first = await corners().webp({ quality: 95 }).toBuffer()
  const second = await corners().negate().webp({ quality: 95 }).toBuffer()
  const animated = await sharp([first, second], { join: { animated: true } })
    .webp({ quality: 95, delay: [100, 100] })
    .toBuffer()
  assert.equal((await sharp(animated, { animated: true }).metadata()).pages, 2)
  return animated
}

/** What is seen in the middle of each quarter, in sRGB. */
async function cornersOf(bytes: Buffer): Promise<number[][]> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const pixel = (x: number, y: number) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
    return [...data.subarray(at, at + 3)]
  }
  return [pixel(0.25, 0.25), pixel(0.75, 0.25), pixel(0.25, 0.75), pixel(0.75, 0.75)]
}

async function assertCorners(bytes: Buffer, expected: readonly (readonly number[])[], slack = 12): Promise<void> {
  const seen = await cornersOf(bytes)
  for (const [corner, colour] of expected.entries())
    for (const [channel, value] of colour.entries()) {
      const found = seen[corner]?.[channel] ?? Number.NaN
      assert.ok(Math.abs(found - value) <= slack, `corner ${corner}: ${seen[corner]} instead of ${colour}`)
    }
}
