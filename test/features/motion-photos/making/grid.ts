// grid: whatever the source, the range, the cover and the speed: the still and the frame that is named are the same.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { House } from '../../../fixtures/house.ts'
import { turnClip } from '../../../fixtures/turned.ts'
import { type Counted, framesOf, makeCounted, onScreen, type Seen, storedFrames } from './counted.ts'
import { asked, keep, makePhoto } from './kept.ts'

const run = promisify(execFile)
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest']
const BURSTS = '(clip(N-20,0,60)+clip(N-104,0,60))'
const SOURCES: Readonly<Record<string, Counted>> = {
  'B-frames': { name: 'b.mp4', frames: 120, rate: '30', encoding: [...H264, '-bf', '3', '-g', '50'] },
  'irregular frames': {
    ...{ name: 'vfr.mp4', frames: 120, rate: '30', encoding: [...H264, '-bf', '2', '-g', '40'] },
    filter: "select='not(between(n,20,45))*not(eq(mod(n,7),3))*not(between(n,90,110))'",
  },
  'bursts of 120 frames a second': {
    ...{ name: 'bursts.mp4', frames: 200, rate: '24', sound: false },
    // Twenty-four frames a second, and twice for half a second five times as many: 46 on average.
    filter: `settb=1/90000,setpts='(N-${BURSTS}*4/5)*3750'`,
    encoding: [
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv420p',
      '-bf',
      '2',
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1/90000',
    ],
  },
  '29.97 frames a second': { name: 'ntsc.mov', frames: 110, rate: '30000/1001', encoding: [...H264, '-g', '30'] },
  'WebM with hidden frames': {
    ...{ name: 'hidden.webm', frames: 100, rate: '25', widthPx: 96, heightPx: 80 },
    encoding: ['-c:v', 'libvpx', '-b:v', '1M', '-auto-alt-ref', '1', '-lag-in-frames', '16', '-c:a', 'libopus'],
  },
  GIF: { name: 'anim.gif', frames: 40, rate: '10', widthPx: 81, heightPx: 64, sound: false, encoding: [] },
  'a silent MKV': { name: 'silent.mkv', frames: 100, rate: '24', sound: false, encoding: [...H264, '-g', '60'] },
  AVI: { name: 'old.avi', frames: 80, rate: '20', encoding: ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp3'] },
  'MPEG-TS': { name: 'air.ts', frames: 100, rate: '25', encoding: [...H264, '-bf', '2', '-g', '25'] },
}

// [start, end, cover, speed], in seconds.
const CASES: readonly (readonly [number, number, number, number])[] = [
  [0, 2, 1, 1],
  [0.5, 2.25, 0.5, 1.5],
  [1.234567, 3.01, 2.345678, 1],
  [1.1, 2.9, 2.9, 0.5],
  [0, 0.6, 0.03, 0.1],
  [0.2, 3.8, 2.04, 10],
  [1.02, 3.3, 3.299, 3.7],
  [2, 2.4, 2.2, 0.25],
]

export function grid(opened: () => House): void {
  describe('the grid', () => {
    let house: House
    const sources = new Map<string, { digest: string; frames: Seen[] }>()

    before(async () => {
      house = opened()
      for (const [name, counted] of Object.entries(SOURCES)) await add(name, await makeCounted(house.uploads, counted))
      const turned = { name: 'upright.mp4', frames: 100, rate: '30', widthPx: 96, heightPx: 128, encoding: H264 }
      await add('a portrait that lies on its side', await turn(await makeCounted(house.uploads, turned)))
      await add('HEVC with an edit list', await cutByEditList(house))
    })

    async function add(name: string, file: string): Promise<void> {
      sources.set(name, { digest: await keep(house, file), frames: await framesOf(file) })
    }

    for (const name of [...Object.keys(SOURCES), 'a portrait that lies on its side', 'HEVC with an edit list'])
      test(`of ${name}, every photo names the frame that it shows`, async () => {
        const { digest, frames } = sources.get(name) ?? assert.fail()
        const made = await Promise.all(
          CASES.map(async ([start, end, cover, speed]) => {
            const times = { startUs: start * 1e6, endUs: end * 1e6, coverUs: cover * 1e6 }
            return await makePhoto(house, asked({ source: digest, ...times, speed }))
          }),
        )
        const shown = await storedFrames(made.flatMap(({ photo, clip }) => [photo, clip]))
        for (const [index, photo] of made.entries())
          check(photo, { still: shown[2 * index] ?? [], clip: shown[2 * index + 1] ?? [] }, frames)
      })
  })
}

type Photo = Awaited<ReturnType<typeof makePhoto>>

type Shown = { readonly still: readonly Seen[]; readonly clip: readonly Seen[] }

function check({ params, output, timestampUs }: Photo, { still, clip }: Shown, frames: readonly Seen[]): void {
  const say = JSON.stringify({ ...params, source: undefined })
  const wanted = onScreen(frames, Math.min(params.coverUs, params.endUs - 1))
  assert.deepEqual(
    still.map(({ number }) => number),
    [wanted],
    `the still: ${say}`,
  )
  const named = clip.find(({ timeUs }) => timeUs === timestampUs)
  assert.equal(named?.number, wanted, `the frame at ${timestampUs}: ${say} ${JSON.stringify(clip)}`)
  const wantedS = (params.endUs - params.startUs) / 1e6 / params.speed
  assert.ok(Math.abs(output.durationS - wantedS) <= 1 / 20, `${output.durationS} s instead of ${wantedS}: ${say}`)
  assert.equal(clip[0]?.timeUs, 0)
  // Its first frame is the one on the screen when the range begins, and none comes from outside of the range.
  if (params.speed < 2) assert.equal(clip[0]?.number, onScreen(frames, params.startUs), say)
  if (params.speed < 2) assert.equal(clip.at(-1)?.number, onScreen(frames, params.endUs - 1), say)
}

// As telephones hold them: stored lying, with a matrix that says how to turn them upright.
async function turn(upright: string): Promise<string> {
  const stored = upright.replace('.mp4', '-stored.mp4')
  const lying = upright.replace('.mp4', '-lying.mp4')
  await run('ffmpeg', ['-v', 'error', '-i', upright, '-vf', 'transpose=cclock', '-c:a', 'copy', stored])
  await turnClip(stored, lying)
  return lying
}

// Copied from the middle of a group of pictures: the muxer keeps what leads up to it, and an edit list skips it.
async function cutByEditList({ uploads }: House): Promise<string> {
  const encoding = [
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=error:keyint=30',
    '-tag:v',
    'hvc1',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
  ]
  const whole = await makeCounted(uploads, { name: 'whole.mov', frames: 150, rate: '30', encoding })
  const cut = join(uploads, 'cut.mov')
  await run('ffmpeg', ['-v', 'error', '-ss', '0.5', '-i', whole, '-c', 'copy', cut])
  return cut
}
