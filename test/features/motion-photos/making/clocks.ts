// clocks: preview, thumbnail and photo, with sound and without, show the same frame at the same time, whatever the source.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { prepareSteps, thumbnailSteps } from '../../../../src/features/motion-photos/work.ts'
import type { House } from '../../../fixtures/house.ts'
import { type Counted, framesOf, makeCounted, numbersOf, onScreen, type Seen, storedFrames } from './counted.ts'
import { asked, keep, make, makePhoto } from './kept.ts'

const run = promisify(execFile)
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '2', '-g', '24', '-c:a', 'aac']
const VP8 = ['-c:v', 'libvpx', '-b:v', '1M', '-c:a', 'libopus']
const NTSC = '30000/1001'
const FILM = '24000/1001'
const UNEVEN = "select='not(between(n,8,21))*not(eq(mod(n,5),3))'"

type Source = Counted & {
  /** How much later than sound the picture begins, and sound than the picture, in seconds. */
  readonly pictureLate?: number
  readonly soundLate?: number
}

const SOURCES: Readonly<Record<string, Source>> = {
  'an MP4 whose picture comes late': { name: 'late.mp4', frames: 71, rate: NTSC, pictureLate: 0.437, encoding: H264 },
  'an MP4 whose sound comes late': { name: 'deaf.mp4', frames: 57, rate: FILM, soundLate: 0.611, encoding: H264 },
  'a silent MP4 of an uneven rate': {
    name: 'mute.mp4',
    frames: 71,
    rate: NTSC,
    sound: false,
    filter: UNEVEN,
    encoding: H264,
  },
  'a Matroska whose picture comes late': {
    name: 'late.mkv',
    frames: 57,
    rate: FILM,
    pictureLate: 0.437,
    encoding: H264,
  },
  'a Matroska whose sound comes late': { name: 'deaf.mkv', frames: 57, rate: FILM, soundLate: 0.611, encoding: H264 },
  'a WebM whose picture comes late': { name: 'late.webm', frames: 57, rate: NTSC, pictureLate: 0.437, encoding: VP8 },
  'an MPEG-TS whose picture comes late': {
    name: 'late.ts',
    frames: 71,
    rate: '25',
    pictureLate: 0.437,
    encoding: H264,
  },
  'an MPEG-TS whose sound comes late': { name: 'deaf.ts', frames: 57, rate: FILM, soundLate: 0.611, encoding: H264 },
  'an FLV whose picture comes late': {
    name: 'late.flv',
    frames: 57,
    rate: '25',
    pictureLate: 0.437,
    encoding: ['-ar', '22050', ...H264],
  },
  'a GIF of an uneven rate': { name: 'anim.gif', frames: 37, rate: '10', sound: false, filter: UNEVEN, encoding: [] },
}

export function clocks(opened: () => House): void {
  describe('one clock', { concurrency: 2 }, () => {
    let house: House
    before(async () => {
      house = opened()
    })

    for (const [name, source] of Object.entries(SOURCES))
      test(`${name} shows the same frame at the same time by every route`, async () => {
        const file = await shifted(await makeCounted(house.uploads, source), source)
        const digest = await keep(house, file)
        const frames = await framesOf(file)
        const preview = await make(house, prepareSteps({ source: digest }))
        const shown = await framesOf(preview.file)
        const endUs = Math.round(preview.output.durationS * 1e6)
        const { before, middle, last } = instants(frames, endUs)
        const shows = (atUs: number) => onScreen(frames, atUs)
        for (const atUs of [before, middle, last])
          assert.equal(onScreen(shown, atUs + ROUNDING_US), shows(atUs), `the preview at ${atUs}`)
        const thumbnails = [before, middle, last].map(async atUs => {
          const { file: picture } = await make(house, thumbnailSteps({ source: digest, atUs }))
          return { atUs, picture }
        })
        const photos = PHOTOS.map(async ([when, sound]) => {
          const coverUs = { before, middle }[when]
          const range = { startUs: Math.max(0, coverUs - 300_000), endUs: Math.min(endUs, coverUs + 400_000) }
          return await makePhoto(house, asked({ source: digest, ...range, coverUs, sound }))
        })
        await assertThumbnails(await Promise.all(thumbnails), shows)
        await assertPhotos(await Promise.all(photos), shows)
      })
  })
}

const PHOTOS = [
  ['before', 'muted'],
  ['middle', 'kept'],
  ['middle', 'muted'],
] as const

type Shows = (atUs: number) => number

async function assertThumbnails(made: readonly { atUs: number; picture: string }[], shows: Shows): Promise<void> {
  const shown = await numbersOf(made.map(({ picture }) => picture))
  for (const [index, { atUs }] of made.entries())
    assert.deepEqual(shown[index], [shows(atUs)], `the thumbnail at ${atUs}`)
}

// What the still shows, and what the frame shows that the photo names.
async function assertPhotos(made: readonly Awaited<ReturnType<typeof makePhoto>>[], shows: Shows): Promise<void> {
  const shown = await storedFrames(made.flatMap(({ photo, clip }) => [photo, clip]))
  for (const [index, { params, timestampUs }] of made.entries()) {
    const [still = [], clip = []] = shown.slice(2 * index)
    const wanted = shows(params.coverUs)
    const seen = [still[0]?.number, clip.find(({ timeUs }) => timeUs === timestampUs)?.number]
    assert.deepEqual(seen, [wanted, wanted], `the photo at ${params.coverUs}, sound ${params.sound}`)
  }
}

// A muxer's clock may be as coarse as a millisecond.
const ROUNDING_US = 1100

// Before the first frame where it comes late, in the middle, and where the last one is shown.
function instants(frames: readonly Seen[], endUs: number) {
  const times = frames.map(({ timeUs }) => timeUs)
  const [first = 0, middle = 0, last = 0] = [times[0], times[Math.floor(times.length / 2)], times.at(-1)]
  return { before: Math.floor(first / 2), middle: middle + 1, last: Math.min(last + 1, endUs - 1) }
}

async function shifted(file: string, { pictureLate = 0, soundLate = 0 }: Source): Promise<string> {
  if (pictureLate === 0 && soundLate === 0) return file
  const moved = file.replace(/(?=\.\w+$)/, '-moved')
  const inputs = [pictureLate, soundLate].flatMap(late => ['-itsoffset', `${late}`, '-i', file])
  await run('ffmpeg', ['-v', 'error', '-y', ...inputs, '-map', '0:v', '-map', '1:a', '-c', 'copy', moved])
  return moved
}
