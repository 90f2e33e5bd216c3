// run: real children, at every level of confinement that this machine offers.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeClip } from '../fixtures/clips.ts'
import { allGone, endLeftovers, endless, levels, running } from './levels.ts'

const LIMIT = { timeout: 30_000 }
const NOTHING = { reads: [] }
let directory = ''
let clip = ''

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-run-'))
  clip = await makeClip(directory)
})
after(endLeftovers)
after(() => rm(directory, { recursive: true, force: true }))

const ffmpeg = (...args: string[]) => ({ program: 'ffmpeg', args: ['-v', 'error', '-nostdin', '-y', ...args] })

for (const processes of levels) {
  describe(`with ${processes.sandbox}`, () => {
    test('a command reads /in/0 and writes /out', LIMIT, async () => {
      const copy = ffmpeg('-i', 'file:/in/0', '-c', 'copy', 'file:/out/copy.mkv')
      const { log, elapsedMs } = await processes.run(copy, { reads: [clip], writes: directory })
      assert.ok((await stat(join(directory, 'copy.mkv'))).size > 1000)
      assert.equal(log, '')
      assert.ok(elapsedMs > 0)
    })

    test('stdout is collected', LIMIT, async () => {
      const args = ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0', 'file:/in/0']
      const { stdout } = await processes.run({ program: 'ffprobe', args }, { reads: [clip] })
      assert.equal(stdout, 'video\naudio\n')
    })

    test('or handed over line by line', LIMIT, async () => {
      const lines: string[] = []
      const encode = ffmpeg('-i', 'file:/in/0', '-progress', 'pipe:1', '-f', 'null', '-')
      const { stdout } = await processes.run(encode, { reads: [clip] }, { onLine: line => lines.push(line) })
      assert.equal(stdout, '')
      assert.equal(lines.at(-1), 'progress=end')
    })

    test('whoever listens to the lines may stop it all by throwing', LIMIT, async () => {
      const marker = randomUUID()
      const onLine = () => {
        throw new RangeError('enough')
      }
      await assert.rejects(processes.run(endless(marker), NOTHING, { onLine }), /enough/)
      await allGone(marker)
    })

    test('the wall clock ends what would never end', LIMIT, async () => {
      const marker = randomUUID()
      const work = processes.run(endless(marker), NOTHING, { limits: { wallMs: 300 } })
      await assert.rejects(work, { code: 'process_timeout' })
      await allGone(marker)
    })

    test('an abort leaves no process behind', LIMIT, async () => {
      const marker = randomUUID()
      const stop = new AbortController()
      const seen: string[][] = []
      const onLine = () => {
        seen.push(running(marker))
        stop.abort()
      }
      const work = processes.run(endless(marker), NOTHING, { signal: stop.signal, onLine })
      await assert.rejects(work, { code: 'cancelled' })
      assert.notDeepEqual(seen[0], [], 'it ran')
      await allGone(marker)
    })

    test('what is cancelled before it starts does not start', LIMIT, async () => {
      const write = ffmpeg('-i', 'file:/in/0', 'file:/out/never.mp4')
      const work = processes.run(write, { reads: [clip], writes: directory }, { signal: AbortSignal.abort() })
      await assert.rejects(work, { code: 'cancelled' })
      await assert.rejects(stat(join(directory, 'never.mp4')), { code: 'ENOENT' })
    })

    test('no file grows past its limit', LIMIT, async () => {
      const noise = ffmpeg('-f', 'lavfi', '-i', 'testsrc2=duration=20', '-f', 'rawvideo', 'file:/out/large')
      const work = processes.run(noise, { reads: [], writes: directory }, { limits: { outputBytes: 100_000 } })
      await assert.rejects(work, { code: 'output_too_large' })
      assert.equal((await stat(join(directory, 'large'))).size, 100_000)
    })

    test('collected stdout has a limit too', LIMIT, async () => {
      const noise = ffmpeg('-f', 'lavfi', '-i', 'testsrc2', '-f', 'rawvideo', 'pipe:1')
      const work = processes.run(noise, NOTHING, { limits: { stdoutBytes: 10_000 } })
      await assert.rejects(work, { code: 'output_too_large' })
    })

    test('only the end of the log is kept', LIMIT, async () => {
      const talk = { program: 'ffmpeg', args: ['-nostdin', '-v', 'debug', '-i', 'file:/in/0', '-f', 'null', '-'] }
      const { log } = await processes.run(talk, { reads: [clip] }, { limits: { logBytes: 500 } })
      // Paths of the host have become shorter names since.
      assert.ok(Buffer.byteLength(log) <= 500 && Buffer.byteLength(log) > 300, log)
    })

    test('a full disk is said to be full', LIMIT, async () => {
      const write = ffmpeg('-i', 'file:/in/0', '-c', 'copy', '-f', 'mpegts', 'file:/dev/full')
      await assert.rejects(processes.run(write, { reads: [clip] }), { code: 'disk_full' })
    })

    test('a failure says why, and where nothing lies', LIMIT, async () => {
      const odd = ffmpeg('-i', 'file:/in/0', '-vf', 'scale=33:33', 'file:/out/odd.mp4')
      await assert.rejects(processes.run(odd, { reads: [clip], writes: directory }), (error: Error) => {
        assert.equal(error.message, 'ffmpeg failed: width not divisible by 2 (33x33)')
        assert.match(String(error.cause), /Error (initializing output stream|while opening encoder)/)
        return true
      })
      const work = processes.run(ffmpeg('-f', 'wav', '-i', 'file:/in/0', '-f', 'null', '-'), { reads: [clip] })
      await assert.rejects(work, { code: 'ffmpeg_failed', message: /^ffmpeg failed: (?!.*kinora-run)/ })
    })

    test('a source that has vanished is missing', LIMIT, async () => {
      const read = ffmpeg('-i', 'file:/in/0', '-f', 'null', '-')
      const work = processes.run(read, { reads: [join(directory, 'gone.mp4')] })
      await assert.rejects(work, { code: 'source_missing' })
    })

    test('a tool that is not installed is named', LIMIT, async () => {
      const work = processes.run({ program: 'no-such-tool', args: [] }, NOTHING)
      await assert.rejects(work, { code: 'config_invalid', message: 'no-such-tool is not installed' })
    })

    test('a child sees none of our environment', LIMIT, async () => {
      process.env['KINORA_TEST_SECRET'] = 'hunter2'
      const { stdout } = await processes.run({ program: 'env', args: [] }, NOTHING)
      delete process.env['KINORA_TEST_SECRET']
      assert.match(stdout, /^PATH=/m)
      assert.doesNotMatch(stdout, /hunter2|KINORA/)
    })

    test('a source stays as it is', LIMIT, async () => {
      const pristine = await readFile(clip)
      await processes.run(ffmpeg('-i', 'file:/in/0', '-f', 'null', '-'), { reads: [clip] })
      assert.deepEqual(await readFile(clip), pristine)
    })
  })
}
