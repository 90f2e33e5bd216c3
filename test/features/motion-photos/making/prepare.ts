// prepare: the preview plays in every browser, and its times, like the thumbnails', are the source's own.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { prepareSteps, thumbnailSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import type { House } from '../../../fixtures/house.ts'
import { turnClip } from '../../../fixtures/turned.ts'
import { type Counted, framesOf, lookAt, makeCounted, numbersOf, onScreen } from './counted.ts'
import { failure, keep, make } from './kept.ts'

const run = promisify(execFile)
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest']
const SELECT = "select='not(between(n,10,30))*not(eq(mod(n,5),3))'"
const HEVC = [
  '-c:v',
  'libx265',
  '-x265-params',
  'log-level=error',
  '-tag:v',
  'hvc1',
  '-pix_fmt',
  'yuv420p',
  '-c:a',
  'aac',
]

// What each is made by, and whether its packets are good as they are.
const SOURCES: Readonly<Record<string, Counted & { readonly how: 'copied' | 'encoded' }>> = {
  MP4: { how: 'copied', name: 'a.mp4', frames: 60, rate: '30', encoding: [...H264, '-bf', '3'] },
  'an MP4 of irregular frames': {
    how: 'copied',
    name: 'b.mp4',
    frames: 60,
    rate: '30',
    filter: SELECT,
    encoding: H264,
  },
  'a silent MOV': { how: 'copied', name: 'c.mov', frames: 60, rate: '30000/1001', sound: false, encoding: H264 },
  'HEVC in MOV': { how: 'encoded', name: 'd.mov', frames: 60, rate: '30', encoding: HEVC },
  'H.264 of ten bits': {
    how: 'encoded',
    name: 'e.mp4',
    frames: 60,
    rate: '25',
    encoding: [...H264, '-pix_fmt', 'yuv420p10le'],
  },
  MKV: { how: 'encoded', name: 'f.mkv', frames: 60, rate: '24', filter: SELECT, encoding: H264 },
  WebM: {
    how: 'encoded',
    name: 'g.webm',
    frames: 60,
    rate: '25',
    encoding: ['-c:v', 'libvpx', '-b:v', '1M', '-c:a', 'libopus'],
  },
  AVI: {
    how: 'encoded',
    name: 'h.avi',
    frames: 60,
    rate: '20',
    encoding: ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp3'],
  },
  GIF: {
    how: 'encoded',
    name: 'i.gif',
    frames: 30,
    rate: '10',
    widthPx: 81,
    heightPx: 64,
    sound: false,
    filter: SELECT,
    encoding: [],
  },
  'a picture that begins late': {
    ...{ how: 'encoded', name: 'j.mkv', frames: 60, rate: '30', filter: "setpts='PTS+0.5/TB'" },
    encoding: H264.slice(0, -1),
  },
}

export function prepare(opened: () => House): void {
  describe('preparing', () => {
    let house: House
    before(async () => {
      house = opened()
    })

    for (const [name, { how, ...counted }] of Object.entries(SOURCES))
      test(`the preview of ${name} is ${how}, plays in browsers and keeps its times`, async () => {
        const file = await makeCounted(house.uploads, counted)
        const source = await keep(house, file)
        const started = house.commands.length
        const preview = await make(house, prepareSteps({ source }))
        const copied = house.commands.slice(started).some(({ args }) => args.includes('copy'))
        assert.equal(copied ? 'copied' : 'encoded', how)
        const [wanted, shown] = (await Promise.all([file, preview.file].map(lookAt))) as [Seen, Seen]
        await assertPlayable(preview.file, shown)
        for (const { timeUs, number } of wanted.frames)
          assert.equal(onScreen(shown.frames, timeUs + 2000), number, `at ${timeUs}`)
        assert.equal(shown.frames[0]?.timeUs, 0)
        assert.ok(Math.abs(preview.output.durationS - wanted.durationS) < 0.01)
        assert.ok(Math.abs(shown.durationS - preview.output.durationS) < 0.1)
      })

    test('of a file that lies on its side, preview and thumbnail stand upright', async () => {
      const lying = join(house.uploads, 'lying.mp4')
      const clip = await makeClip(house.uploads, { name: 'wide.mp4', size: '160x90' })
      await turnClip(clip, lying)
      const source = await keep(house, lying)
      const preview = await make(house, prepareSteps({ source }))
      const [stream] = preview.output.streams
      assert.ok(stream?.kind === 'video')
      assert.deepEqual([stream.widthPx, stream.heightPx], [90, 160])
      const thumbnail = await make(house, thumbnailSteps({ source, atUs: 500_000 }))
      const { format, width, height } = await sharp(thumbnail.file).metadata()
      assert.deepEqual([format, width, height], ['jpeg', 90, 160])
    })

    test('a large source has a preview of at most 1280 pixels, with even sides', async () => {
      const large = await makeClip(house.uploads, {
        name: 'large.mkv',
        size: '1402x801',
        rate: 5,
        extra: ['-pix_fmt', 'yuv444p'],
      })
      const { file } = await make(house, prepareSteps({ source: await keep(house, large) }))
      const asking = ['-v', 'error', '-show_entries', 'stream=codec_name,pix_fmt,width,height', '-of', 'json', file]
      const { streams } = JSON.parse((await run('ffprobe', asking)).stdout)
      assert.deepEqual([streams[0].width, streams[0].height], [1280, 730])
      await assertPlayable(file, {
        streams: [[streams[0].codec_name, streams[0].pix_fmt], [streams[1].codec_name]],
      })
    })

    test('a thumbnail is what is on the screen at its time, at most 320 pixels', async () => {
      const counted = {
        name: 'times.mp4',
        frames: 60,
        rate: '30',
        widthPx: 640,
        heightPx: 320,
        filter: SELECT,
        encoding: H264,
      }
      const file = await makeCounted(house.uploads, counted)
      const source = await keep(house, file)
      const frames = await framesOf(file)
      const instants = [0, 33_333, 33_334, 900_000, 1_500_000, 1_999_999, 2_500_000]
      const making = instants.map(async atUs => (await make(house, thumbnailSteps({ source, atUs }))).file)
      const thumbnails = await Promise.all(making)
      const shown = instants.map(atUs => [onScreen(frames, atUs)])
      assert.deepEqual(await numbersOf(thumbnails), shown, `${instants}`)
      for (const thumbnail of thumbnails) {
        const { width, height } = await sharp(thumbnail).metadata()
        assert.deepEqual([width, height], [320, 160])
      }
    })

    test('what is no moving picture is refused', async () => {
      for (const name of ['sound.mp3', 'picture.png']) {
        const source = await keep(house, await makeClip(house.uploads, { name }))
        assert.equal((await failure(house, prepareSteps({ source })))?.code, 'media_unsupported')
      }
    })
  })
}

type Seen = Awaited<ReturnType<typeof lookAt>>

// H.264 of eight bits at half the colours, AAC or nothing, and the index before the data.
async function assertPlayable(file: string, { streams }: Pick<Seen, 'streams'>): Promise<void> {
  const [picture, ...sound] = streams
  assert.deepEqual(picture, ['h264', 'yuv420p'])
  assert.ok(sound.length === 0 || sound[0]?.[0] === 'aac')
  const bytes = await readFile(file)
  assert.ok(bytes.includes('mdat') && bytes.indexOf('moov') < bytes.indexOf('mdat'))
}
