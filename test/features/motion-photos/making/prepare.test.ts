// prepare.test: the preview plays in every browser, and its times, like the thumbnails', are the source's own.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { prepareSteps, thumbnailSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import { placeEmbedded } from '../../../fixtures/embedded.ts'
import { type House, openHouse } from '../../../fixtures/house.ts'
import { turnClip } from '../../../fixtures/turned.ts'
import { type Counted, framesOf, makeCounted, numbersOf, type Seen } from './counted.ts'
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

describe('preparing', () => {
  let house: House
  before(async () => {
    house = await openHouse(await placeEmbedded())
    await house.work()
  })
  after(async () => {
    await house.close()
    await rm(house.place.directory, { recursive: true, force: true })
  })

  for (const [name, { how, ...counted }] of Object.entries(SOURCES))
    test(`the preview of ${name} is ${how}, plays in browsers and keeps its times`, async () => {
      const file = await makeCounted(house.uploads, counted)
      const source = await keep(house, file)
      const started = house.commands.length
      const preview = await make(house, prepareSteps({ source }))
      const copied = house.commands.slice(started).some(({ args }) => args.includes('copy'))
      assert.equal(copied ? 'copied' : 'encoded', how)
      await assertPlayable(preview.file)
      const wanted = await framesOf(file)
      const shown = await framesOf(preview.file)
      for (const { timeUs, number } of wanted) assert.equal(onScreen(shown, timeUs + 2000), number, `at ${timeUs}`)
      assert.equal(shown[0]?.timeUs, 0)
      assert.ok(Math.abs(preview.output.durationS - (await durationOf(file))) < 0.01)
      assert.ok(Math.abs((await durationOf(preview.file)) - preview.output.durationS) < 0.1)
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
    assert.deepEqual(await entries(thumbnail.file, 'stream=codec_name,width,height'), ['mjpeg', '90', '160'])
  })

  test('a large source has a preview of at most 1280 pixels, with even sides', async () => {
    const large = await makeClip(house.uploads, {
      name: 'large.mkv',
      size: '1402x801',
      rate: 5,
      extra: ['-pix_fmt', 'yuv444p'],
    })
    const { file } = await make(house, prepareSteps({ source: await keep(house, large) }))
    assert.deepEqual(await entries(file, 'stream=width,height'), ['1280', '730'])
    await assertPlayable(file)
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
    for (const atUs of [0, 33_333, 33_334, 900_000, 1_500_000, 1_999_999, 2_500_000]) {
      const thumbnail = await make(house, thumbnailSteps({ source, atUs }))
      assert.deepEqual(await numbersOf(thumbnail.file), [onScreen(frames, atUs)], `at ${atUs}`)
      assert.deepEqual(await entries(thumbnail.file, 'stream=width,height'), ['320', '160'])
    }
  })

  test('what is no moving picture is refused', async () => {
    for (const name of ['sound.mp3', 'picture.png']) {
      const source = await keep(house, await makeClip(house.uploads, { name }))
      assert.equal((await failure(house, prepareSteps({ source })))?.code, 'media_unsupported')
    }
  })
})

// H.264 of eight bits at half the colours, AAC or nothing, and the index before the data.
async function assertPlayable(file: string): Promise<void> {
  const [codec, pixels, ...sound] = await entries(file, 'stream=codec_name,pix_fmt')
  assert.deepEqual([codec, pixels], ['h264', 'yuv420p'])
  assert.ok(sound.length === 0 || sound[0] === 'aac')
  const { stderr } = await run('ffprobe', ['-v', 'trace', file], { maxBuffer: 2 ** 26 })
  assert.ok(stderr.indexOf("type:'moov'") < stderr.indexOf("type:'mdat'"))
}

function onScreen(frames: readonly Seen[], atUs: number): number {
  return (frames.findLast(({ timeUs }) => timeUs <= atUs) ?? frames[0])?.number ?? -1
}

async function durationOf(file: string): Promise<number> {
  const [end, start] = (await entries(file, 'format=start_time,duration')).map(Number).toReversed()
  // Matroska tells when it ends.
  return (end ?? 0) - (file.endsWith('.mkv') || file.endsWith('.webm') ? (start ?? 0) : 0)
}

async function entries(file: string, wanted: string): Promise<string[]> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', wanted, '-of', 'default=nk=1:nw=1', file])
  return stdout.trim().split('\n')
}
