// still: what stands behind a picture is cut off, unless it is another picture that was not announced.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { APP2, jpegSegment, readJpeg, writeJpeg } from '../../../../src/features/images/containers/jpeg.ts'
import { asStill } from '../../../../src/features/images/making/still.ts'
import type { ImageFormat } from '../../../../src/providers/image/contract.ts'
import { picture } from './painter.ts'

let file: string
before(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'kinora-still-')), 'delivered')
})
after(() => rm(join(file, '..'), { recursive: true, force: true }))

const still = async (bytes: Buffer) => {
  await writeFile(file, bytes)
  const made = await asStill({ bytes, file, number: 1 })
  assert.deepEqual(await readFile(file), made.bytes)
  assert.equal(made.takenFrom, undefined)
  return made.bytes
}

const FORMATS: readonly ImageFormat[] = ['png', 'jpg', 'webp']
const TAILS = { 'a new line': Buffer.from('\n'), words: Buffer.from('made by Painter'), noise: randomBytes(999) }

for (const format of FORMATS) {
  for (const [what, tail] of Object.entries(TAILS))
    test(`${what} behind a ${format} is cut off`, async () => {
      const whole = await noisy(format)
      assert.deepEqual(await still(Buffer.concat([whole, tail])), whole)
    })

  test(`a whole ${format} stays as it is, and so does one that is torn, and another one behind it`, async () => {
    const whole = await noisy(format)
    const torn = whole.subarray(0, whole.length - 9)
    for (const bytes of [whole, torn, Buffer.concat([whole, await picture('jpg')])])
      assert.equal((await still(bytes)).length, bytes.length)
  })
}

test('a progressive JPEG ends behind its last scan', async () => {
  const pixels = sharp(randomBytes(96 * 96 * 3), { raw: { width: 96, height: 96, channels: 3 } })
  const whole = await pixels.jpeg({ progressive: true }).toBuffer()
  assert.deepEqual(await still(Buffer.concat([whole, Buffer.from('tail')])), whole)
})

test('of several pictures in a JPEG that says so, the first is the one to show', async () => {
  const { segments, scan } = readJpeg(await noisy('jpg'))
  const first = writeJpeg(segments, [jpegSegment(APP2, Buffer.from('MPF\0II*\0\b\0\0\0\0\0'))], scan)
  assert.deepEqual(await still(Buffer.concat([first, await picture('jpg')])), first)
})

async function noisy(format: ImageFormat): Promise<Buffer> {
  const pixels = sharp(randomBytes(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } })
  return await pixels.toFormat(format === 'jpg' ? 'jpeg' : format).toBuffer()
}
