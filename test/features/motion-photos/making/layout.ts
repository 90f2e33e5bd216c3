// layout: what is made is a motion photo to every kind of reader, and holds its clip byte for byte.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import type { House } from '../../../fixtures/house.ts'
import { asked, keep, make } from './kept.ts'

const run = promisify(execFile)

async function exiftool(...args: string[]): Promise<Buffer> {
  const { stdout } = await run('exiftool', args, { encoding: 'buffer', maxBuffer: 2 ** 26 })
  return stdout
}

async function tagsOf(file: string): Promise<Record<string, unknown>> {
  const [tags] = JSON.parse((await exiftool('-json', '-n', '-G1', '-a', file)).toString()) as Record<string, unknown>[]
  return tags ?? {}
}

export function layout(opened: () => House): void {
  describe('the layout', () => {
    let house: House
    let source: string
    before(async () => {
      house = opened()
      source = await keep(house, await makeClip(house.uploads, { seconds: 3, size: '330x250', rate: 25 }))
    })

    const times = { startUs: 500_000, endUs: 2_500_000, coverUs: 1_100_000 }

    async function photo(params: Partial<Parameters<typeof asked>[0]> = {}) {
      const { file } = await make(house, convertSteps(asked({ source, ...times, ...params })))
      const named = join(house.scratch, `${params.layout ?? 'google'}.MP.jpg`)
      const bytes = await readFile(file)
      await writeFile(named, bytes)
      return { file: named, bytes, tags: await tagsOf(named) }
    }

    test('exiftool finds nothing wrong, and the clip, which is the end of the file', async () => {
      const { file, bytes, tags } = await photo()
      assert.match((await exiftool('-validate', '-warning', '-a', file)).toString(), /^Validate +: OK\n$/)
      const clip = await exiftool('-ee', '-b', '-EmbeddedVideo', file)
      assert.ok(clip.length > 1000)
      assert.equal(clip.length, tags['XMP-GCamera:MicroVideoOffset'])
      assert.deepEqual(bytes.subarray(-clip.length), clip)
      assert.match(bytes.toString('latin1'), new RegExp(`Semantic="MotionPhoto" Item:Length="${clip.length}"`))
      assert.equal(clip.toString('latin1', 4, 12), 'ftypmp42')
    })

    test('Samsung finds the clip by its trailer, and Google by the same lengths', async () => {
      const { file, bytes } = await photo({ layout: 'samsung' })
      assert.match((await exiftool('-validate', '-warning', '-a', file)).toString(), /^Validate +: OK\n$/)
      const clip = await exiftool('-b', '-EmbeddedVideoFile', file)
      const xmp = bytes.toString('latin1')
      const length = Number(/MotionPhoto" Item:Length="(\d+)"/.exec(xmp)?.[1])
      assert.deepEqual(bytes.subarray(-length).subarray(0, clip.length), clip)
      assert.equal(length, clip.length + 32)
      assert.match(xmp, /Item:Semantic="Primary" Item:Length="0" Item:Padding="24"/)
      // What the picture itself is long: up to its end marker, and then the padding.
      assert.deepEqual(bytes.subarray(-length - 26, -length - 24), Buffer.from([0xff, 0xd9]))
      assert.deepEqual(clip, await exiftool('-ee', '-b', '-EmbeddedVideo', (await photo()).file))
    })

    test('the marker after the start is an APP1 with Exif, and the next one is XMP', async () => {
      const { bytes, tags } = await photo()
      assert.equal(bytes.toString('latin1', 2, 4), '\xff\xe1')
      assert.equal(bytes.toString('latin1', 6, 12), 'Exif\0\0')
      const second = 4 + bytes.readUInt16BE(4)
      assert.equal(bytes.toString('latin1', second, second + 2), '\xff\xe1')
      assert.equal(bytes.toString('latin1', second + 4, second + 33), 'http://ns.adobe.com/xap/1.0/\0')
      assert.equal(tags['IFD0:Orientation'], 1)
      assert.deepEqual([tags['File:ImageWidth'], tags['File:ImageHeight']], [330, 250])
      assert.equal(tags['File:EncodingProcess'], 0)
    })

    test('the thumbnail is a small JPEG of the same picture', async () => {
      const thumbnail = await exiftool('-b', '-ThumbnailImage', (await photo()).file)
      assert.ok(thumbnail.length < 20_000)
      const small = join(house.scratch, 'thumbnail.jpg')
      await writeFile(small, thumbnail)
      const tags = await tagsOf(small)
      assert.deepEqual([tags['File:ImageWidth'], tags['File:ImageHeight']], [160, 121])
    })

    test('a side that is asked for limits the still and the clip', async () => {
      const { file, tags } = await photo({ maxSidePx: 128 })
      assert.deepEqual([tags['File:ImageWidth'], tags['File:ImageHeight']], [128, 97])
      const clip = join(house.scratch, 'clip.mp4')
      await writeFile(clip, await exiftool('-ee', '-b', '-EmbeddedVideo', file))
      const video = await tagsOf(clip)
      assert.deepEqual([video['Track1:ImageWidth'], video['Track1:ImageHeight']], [128, 96])
    })
  })
}
