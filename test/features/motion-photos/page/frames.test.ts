// frames: the times of a preview's frames, as the page reads them from the file, are those that ffprobe finds.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { stepFrom, timesIn } from '../../../../src/features/motion-photos/page/browser/frames.ts'
import { makeClip } from '../../../fixtures/clips.ts'

const FAST = ['-movflags', '+faststart'] as const
const CLIPS = {
  'frames that lie between others': { rate: '30000/1001', extra: ['-c:v', 'libx264', '-bf', '3', ...FAST] },
  'a picture that comes late': { rate: '24000/1001', extra: ['-c:v', 'libx264', '-output_ts_offset', '0.2', ...FAST] },
  'frames of uneven length': {
    rate: 30,
    extra: ['-vf', "select='not(between(mod(n,7),2,4))'", '-fps_mode', 'vfr', '-c:v', 'libx264', ...FAST],
  },
  'a fine clock': { rate: '12.34', extra: ['-c:v', 'libx264', '-video_track_timescale', '1000000', ...FAST] },
}

for (const [title, clip] of Object.entries(CLIPS))
  test(`the times are read exactly: ${title}`, async t => {
    const directory = await mkdtemp(join(tmpdir(), 'kinora-frames-'))
    t.after(() => rm(directory, { recursive: true }))
    const path = await makeClip(directory, { seconds: 1.37, ...clip })
    const args = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', path]
    const { stdout } = await promisify(execFile)('ffprobe', args)
    const wanted = stdout
      .split(/[,\s]+/)
      .filter(Boolean)
      .map(Number)
    const found = timesIn(moovOf(await readFile(path)))
    assert.ok(wanted.length > 10)
    assert.equal(found.length, wanted.length)
    // Never before the frame is there, and never a whole millisecond behind.
    for (const [index, at] of found.entries()) {
      const behind = at - (wanted[index] ?? Number.NaN)
      assert.ok(behind > -2e-6 && behind < 0.001, `frame ${index}: ${at} for ${wanted[index]}`)
    }
  })

test('a step goes from the frame that is on the screen, and beyond the last one there is no end', () => {
  const frames = [0, 0.034, 0.067, 0.101]
  assert.equal(stepFrom(frames, 0.05, 1), 0.067)
  assert.equal(stepFrom(frames, 0.05, -1), 0)
  assert.equal(stepFrom(frames, 0.067, 1), 0.101)
  assert.equal(stepFrom(frames, 0, -10), 0)
  assert.equal(stepFrom(frames, 0.101, 1), Number.POSITIVE_INFINITY)
})

function moovOf(file: Buffer): DataView {
  for (let at = 0; at < file.length; at += file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === 'moov')
      return new DataView(file.buffer, file.byteOffset + at + 8, file.readUInt32BE(at) - 8)
  throw new Error('no moov')
}
