// convert: what else can be asked for: another cover, no sound, a bare clip, an animation; and what cannot.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import { describeMedia } from '../../../fixtures/ffprobe.ts'
import type { House } from '../../../fixtures/house.ts'
import { asked, begin, failure, keep, make } from './kept.ts'

const run = promisify(execFile)

export function convert(opened: () => House): void {
  describe('converting', () => {
    let house: House
    let source: string
    before(async () => {
      house = opened()
      source = await keep(house, await makeClip(house.uploads, { seconds: 3, size: '160x120', rate: 25 }))
    })
    const times = { startUs: 400_000, endUs: 2_400_000, coverUs: 1_000_000 }

    test('the same request again is the same photo, and nothing is started for it', async () => {
      const first = await make(house, convertSteps(asked({ source, ...times })))
      const started = house.commands.length
      const again = await make(house, convertSteps(asked({ source, ...times })))
      assert.deepEqual(house.commands.slice(started), [])
      assert.deepEqual([first.output.cached, again.output.cached], [false, true])
      assert.equal(again.output.sha256, first.output.sha256)
    })

    test('the same bytes come of the same request when it has to be made again', async () => {
      const first = await make(house, convertSteps(asked({ source, ...times, speed: 0.7 })))
      await house.artifacts.forget(first.output.sha256)
      const again = await make(house, convertSteps(asked({ source, ...times, speed: 0.7 })))
      assert.deepEqual([again.output.cached, again.output.sha256], [false, first.output.sha256])
    })

    test('of photo, clip and sound each lasts as long as the range at its speed', async () => {
      for (const [speed, seconds] of [
        [0.25, 8],
        [1, 2],
        [4, 0.5],
      ] as const) {
        const { file, output } = await make(house, convertSteps(asked({ source, ...times, speed, format: 'mp4' })))
        assert.ok(Math.abs(output.durationS - seconds) < 0.05, `${output.durationS}`)
        const durations = await entries(file, 'stream=duration')
        for (const duration of durations)
          assert.ok(Math.abs(Number(duration) - seconds) < 0.06, `${speed}: ${durations}`)
      }
    })

    test('the pitch of the sound stays what it was', async () => {
      const { file } = await make(house, convertSteps(asked({ source, ...times, speed: 3, format: 'mp4' })))
      // Periods of 440 Hz, by counting how often the wave goes up through zero.
      const args = ['-v', 'error', '-i', file, '-map', '0:a', '-ac', '1', '-f', 's16le', '-']
      const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 26 })
      const samples = Array.from({ length: stdout.length / 2 }, (_, index) => stdout.readInt16LE(index * 2)).slice(
        4800,
        -4800,
      )
      const rises = samples.filter((sample, index) => index > 0 && sample >= 0 && (samples[index - 1] ?? 0) < 0).length
      assert.ok(Math.abs(rises / (samples.length / 48_000) - 440) < 15, `${rises / (samples.length / 48_000)} Hz`)
    })

    test('a muted clip has no sound', async () => {
      const { file } = await make(house, convertSteps(asked({ source, ...times, sound: 'muted', format: 'mp4' })))
      assert.equal(await describeMedia(file), '2 s, h264 160x120')
    })

    test('a picture of the caller is shown in place of the frame, and the timestamp stays', async () => {
      const cover = await keep(
        house,
        await makeClip(house.uploads, { name: 'cover.png', size: '201x101', pattern: 'smptebars' }),
      )
      const plain = await make(house, convertSteps(asked({ source, ...times })))
      const { file } = await make(house, convertSteps(asked({ source, ...times, cover })))
      assert.deepEqual(await entries(file, 'stream=width,height'), ['201', '101'])
      assert.equal(await timestampOf(file), await timestampOf(plain.file))
      assert.equal(await timestampOf(file), 600_000)
    })

    test('an animation is what was asked for, moves, and is counted in frames', async () => {
      const gif = await make(house, convertSteps(asked({ source, ...times, format: 'gif' })))
      assert.deepEqual(await entries(gif.file, 'stream=codec_name,width,height'), ['gif', '160', '120'])
      const { stdout } = await run('ffprobe', [
        '-v',
        'error',
        '-count_frames',
        '-show_entries',
        'stream=nb_read_frames',
        '-of',
        'csv=p=0',
        gif.file,
      ])
      assert.equal(Number(stdout), 50)
      const webp = await readFile((await make(house, convertSteps(asked({ source, ...times, format: 'webp' })))).file)
      assert.equal(webp.toString('latin1', 8, 12), 'WEBP')
      assert.equal(webp.toString('latin1').split('ANMF').length - 1, 50)
    })

    test('a range behind the end is refused, as is a source without a moving picture', async () => {
      const late = await failure(house, convertSteps(asked({ source, startUs: 3_100_000, endUs: 4_000_000 })))
      assert.equal(late?.code, 'request_invalid')
      const still = await keep(house, await makeClip(house.uploads, { name: 'still.png' }))
      assert.equal((await failure(house, convertSteps(asked({ source: still }))))?.code, 'media_unsupported')
      const heard = await keep(house, await makeClip(house.uploads, { name: 'heard.mp3' }))
      assert.equal((await failure(house, convertSteps(asked({ source: heard }))))?.code, 'media_unsupported')
      const gone = await failure(house, convertSteps(asked({ source: 'a'.repeat(64) })))
      assert.equal(gone?.code, 'source_missing')
    })

    test('cancelled in the middle it leaves nothing behind', async () => {
      const long = await keep(house, await makeClip(house.uploads, { seconds: 10, size: '640x360', rate: 30 }))
      const run = await begin(house, convertSteps(asked({ source: long, endUs: 10_000_000, speed: 0.1 })))
      for await (const { type } of house.runs.events(run.id, { owner: 'ann' }, 0, AbortSignal.timeout(60_000)))
        if (type === 'run.progress') break
      assert.equal((await house.runs.cancel(run.id, { owner: 'ann' })).status, 'cancelled')
      assert.deepEqual(
        (await house.leftovers()).filter(name => name.startsWith('step')),
        [],
      )
    })
  })
}

async function entries(file: string, wanted: string): Promise<string[]> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', wanted, '-of', 'default=nk=1:nw=1', file])
  return stdout.trim().split('\n')
}

async function timestampOf(photo: string): Promise<number> {
  const text = (await readFile(photo)).toString('latin1')
  return Number(/MotionPhotoPresentationTimestampUs="(\d+)"/.exec(text)?.[1])
}
