// decode.test: only what is one whole picture passes, and what is not is told in the vendor's name.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { decodePicture } from '../../../../src/features/images/making/decode.ts'
import type { ImageMeans, Maker } from '../../../../src/features/images/making/means.ts'
import { openProcesses, type Processes } from '../../../../src/process/open.ts'
import type { ImageFormat } from '../../../../src/providers/image/contract.ts'
import type { StepContext } from '../../../../src/runs/steps/contract.ts'
import { openWorkspace } from '../../../../src/runs/workspace.ts'
import { ORDER, picture } from './painter.ts'

const FORMATS: readonly ImageFormat[] = ['png', 'jpg', 'webp']

let processes: Processes
let scratch: string
before(async () => {
  processes = await openProcesses({ sandbox: 'auto' })
  scratch = await mkdtemp(join(tmpdir(), 'kinora-decode-'))
})
after(() => rm(scratch, { recursive: true, force: true }))

for (const format of FORMATS) {
  test(`a ${format} passes whatever it shows, and is as large as it is`, async () => {
    const flat = await picture(format, { widthPx: 33, heightPx: 17 })
    const noise = await noisy(format, 257)
    const { widthPx, heightPx, format: found, pixels } = await decode(flat, format)
    assert.deepEqual([widthPx, heightPx, found, pixels], [33, 17, format, undefined])
    assert.equal((await decode(noise, format)).widthPx, 257)
  })

  test(`a ${format} that ends too early is damaged, wherever it ends`, async () => {
    const whole = await noisy(format, 64)
    for (const left of [0.1, 0.5, 0.95, 1 - 1 / whole.length, 1 - 2 / whole.length])
      await assert.rejects(decode(whole.subarray(0, Math.round(whole.length * left)), format), {
        code: 'provider_unreadable',
        message: /^Painter API error: (its picture is damaged|its picture cannot be decoded|what it delivered is)/,
      })
  })

  test(`two pictures in a ${format} are not one`, async () => {
    const whole = await picture(format)
    await assert.rejects(decode(Buffer.concat([whole, whole]), format), {
      message: 'Painter API error: what it delivered is not one picture',
    })
  })
}

test('a PNG with a changed byte is damaged', async () => {
  const bytes = Buffer.from(await noisy('png', 64))
  const middle = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  await assert.rejects(decode(bytes, 'png'), { code: 'provider_unreadable' })
})

test('a picture of few bytes and far too many pixels is refused before it takes any memory', async () => {
  await assert.rejects(decode(blank(6000), 'png'), {
    code: 'provider_unreadable',
    message: /^Painter API error: its picture cannot be decoded: /,
  })
  assert.equal((await decode(blank(5000), 'png')).widthPx, 5000)
})

test('a picture longer than any format can have it is none', async () => {
  assert.equal((await decode(blank(16_383, 1), 'png')).widthPx, 16_383)
  for (const [widthPx, heightPx] of [
    [16_384, 1],
    [1, 16_384],
  ] as const)
    await assert.rejects(decode(blank(widthPx, heightPx), 'png'), {
      message: 'Painter API error: its picture is too large',
    })
})

const STRANGERS: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['HTML', Buffer.from('<!DOCTYPE html><title>502 Bad Gateway</title>')],
  ['JSON', Buffer.from('{"error": "no"}')],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['nothing', Buffer.alloc(0)],
  ['noise', randomBytes(5000)],
]
for (const [name, bytes] of STRANGERS)
  test(`${name} is no picture`, async () => {
    await assert.rejects(decode(bytes, 'png'), {
      code: 'provider_unreadable',
      message: 'Painter API error: what it delivered is no PNG, JPEG or WebP picture',
    })
  })

test('a picture with notes in it that nobody can read is a picture', async () => {
  const exif = await sharp(await picture('jpg'))
    .withExif({ IFD0: { ImageDescription: 'a red square' } })
    .jpeg()
    .toBuffer()
  const broken = Buffer.from(exif)
  broken.write('XXXX', exif.indexOf('Exif') + 6, 'latin1')
  assert.equal((await decode(broken, 'jpg')).widthPx, 64)
})

async function decode(bytes: Buffer, format: ImageFormat) {
  await using workspace = await openWorkspace(scratch, 'step', 1)
  const file = workspace.file('delivered-1')
  await writeFile(file, bytes)
  const context = { workspace, signal: AbortSignal.timeout(30_000) } as StepContext
  const maker = { provider: { name: 'Painter' } } as Maker
  const picture = { bytes, file, number: 1 }
  return await decodePicture({ processes } as ImageMeans, context, { maker, picture, order: { ...ORDER, format } })
}

async function noisy(format: ImageFormat, sidePx: number): Promise<Buffer> {
  const pixels = sharp(randomBytes(sidePx * sidePx * 3), { raw: { width: sidePx, height: sidePx, channels: 3 } })
  return await pixels.toFormat(format === 'jpg' ? 'jpeg' : format).toBuffer()
}

// PNG (ISO 15948): a grey of eight bits, all of it black.
function blank(widthPx: number, heightPx = widthPx): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPx, 0)
  header.writeUInt32BE(heightPx, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc(heightPx * (widthPx + 1)))
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)])
}
