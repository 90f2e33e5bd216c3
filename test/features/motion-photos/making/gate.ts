// gate: a photo that does not hold what it says is never answered.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { writePhoto } from '../../../../src/features/motion-photos/making/photo-file.ts'
import { assertFoundAgain } from '../../../../src/features/motion-photos/making/reread.ts'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import type { House } from '../../../fixtures/house.ts'
import { makeCounted } from './counted.ts'
import { asked, failure, keep, make } from './kept.ts'

const run = promisify(execFile)

export function gate(opened: () => House): void {
  describe('the gate', () => {
    let house: House
    let source: string
    let clip: string
    before(async () => {
      house = opened()
      const encoding = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
      clip = await makeCounted(house.uploads, { name: 'counted.mp4', frames: 60, rate: '30', encoding })
      source = await keep(house, clip)
    })

    // What each does to the files of the pass, right after it.
    const DAMAGES: Readonly<Record<string, (outputs: string) => Promise<unknown>>> = {
      'a still of the frame after it': outputs => stillOf(outputs, 16),
      'a still of the frame before it': outputs => stillOf(outputs, 14),
      'a still of something else': async outputs =>
        await copyFile(
          await makeClip(house.uploads, { name: 'other.jpg', pattern: 'smptebars' }),
          join(outputs, 'still.jpg'),
        ),
      'a clip that was cut short': async outputs => {
        const bytes = await readFile(join(outputs, 'clip.mp4'))
        await writeFile(join(outputs, 'clip.mp4'), bytes.subarray(0, bytes.length - 3000))
      },
      'a clip with a flipped byte in its pictures': async outputs => {
        const bytes = await readFile(join(outputs, 'clip.mp4'))
        bytes.fill(0xff, bytes.indexOf('mdat') + 1200, bytes.indexOf('mdat') + 1300)
        await writeFile(join(outputs, 'clip.mp4'), bytes)
      },
      'a clip that is not there': outputs => rm(join(outputs, 'clip.mp4')),
      'a still that is not there': outputs => rm(join(outputs, 'still.jpg')),
      'a thumbnail that is not there': outputs => rm(join(outputs, 'thumbnail.jpg')),
      'a list of frames that is not there': outputs => rm(join(outputs, 'frames.txt')),
      'a clip that is no media': outputs => writeFile(join(outputs, 'clip.mp4'), 'hello'),
      'a clip of another brand': async outputs => {
        await run('ffmpeg', [
          '-v',
          'error',
          '-y',
          '-i',
          join(outputs, 'clip.mp4'),
          '-c',
          'copy',
          '-brand',
          'isom',
          join(outputs, 'x.mp4'),
        ])
        await copyFile(join(outputs, 'x.mp4'), join(outputs, 'clip.mp4'))
      },
      'a clip that is not what was asked for': outputs => copyFile(clip, join(outputs, 'clip.mp4')),
    }

    for (const [what, damage] of Object.entries(DAMAGES))
      test(`${what} is found out`, async () => {
        const end = house.meddle(async ({ args }, { writes = '' }) => {
          if (args.some(word => word.endsWith('/clip.mp4'))) await damage(writes)
        })
        const error = await failure(house, convertSteps(asked({ source })))
        end()
        assert.equal(error?.code, 'output_rejected', error?.message)
      })

    test('what a written photo says of its clip has to be so', async () => {
      for (const layout of ['google', 'samsung'] as const) {
        const { file } = await make(house, convertSteps(asked({ source, startUs: 100_000, layout, format: 'mp4' })))
        const still = await makeClip(house.uploads, { name: 'still.jpg' })
        const photo = join(house.scratch, `${layout}.jpg`)
        await writePhoto(photo, { still, thumbnail: still, clip: file, timestampUs: 42, layout })
        const signal = new AbortController().signal
        await assertFoundAgain(photo, file, { timestampUs: 42, layout, signal })
        await assert.rejects(assertFoundAgain(photo, file, { timestampUs: 43, layout, signal }), {
          code: 'output_rejected',
        })
        const bytes = await readFile(photo)
        const said = [
          'MicroVideoOffset="',
          'Semantic="Primary" Item:Length="',
          'Item:Padding="',
          'MotionPhoto" Item:Length="',
        ]
        const places = said.map(words => bytes.indexOf(words) + words.length)
        for (const at of [...places, bytes.length - 100]) {
          const changed = Buffer.from(bytes)
          changed[at] = changed[at] === 0x31 ? 0x32 : 0x31
          await writeFile(photo, changed)
          await assert.rejects(assertFoundAgain(photo, file, { timestampUs: 42, layout, signal }), {
            code: 'output_rejected',
          })
        }
      }
    })

    test('a picture that does not move is no reason to doubt', async () => {
      const encoding = [
        '-c:v',
        'libx264',
        '-pix_fmt',
        'yuv420p',
        '-vf',
        'loop=-1:1,trim=end_frame=60,noise=alls=12:allf=t',
      ]
      const still = await makeClip(house.uploads, {
        name: 'still.mp4',
        seconds: 2,
        size: '160x120',
        rate: 30,
        extra: encoding,
      })
      await make(house, convertSteps(asked({ source: await keep(house, still) })))
    })
  })
}

// The clip's own frame, as the pass would have made a still of it.
async function stillOf(outputs: string, frame: number): Promise<void> {
  const picked = ['-vf', `select=eq(n\\,${frame})`, '-frames:v', '1', '-q:v', '2']
  await run('ffmpeg', ['-v', 'error', '-y', '-i', join(outputs, 'clip.mp4'), ...picked, join(outputs, 'still.jpg')])
}
