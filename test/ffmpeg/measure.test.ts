// measure: the facts that the gate holds an output against.
import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { measure } from '../../src/ffmpeg/measure.ts'
import { makeClip } from '../fixtures/clips.ts'
import { directory, processes } from './processes.ts'

test('an MP4 is measured down to its packets', async () => {
  const file = await makeClip(directory, {
    name: 'out.mp4',
    seconds: 2,
    size: '96x64',
    rate: 10,
    samplesPerSecond: 48_000,
  })
  const { streams, ...rest } = await measure(processes, file, 'mov')
  const lengths = { durationUs: 2_000_000, saidUs: 2_000_000 }
  assert.deepEqual(rest, { container: 'mov', sizeBytes: (await stat(file)).size, ...lengths })
  const [video, audio] = streams
  const times = { startUs: 0, durationUs: 2_000_000 }
  const rate = { num: 10, den: 1 }
  assert.deepEqual(video, {
    kind: 'video',
    codec: 'h264',
    ...times,
    lastUs: 1_900_000,
    packets: 20,
    widthPx: 96,
    heightPx: 64,
    frameRate: rate,
  })
  // 2 s of 1024 samples each; the one of the encoder's delay is not heard.
  const sound = { packets: 94, lastUs: 1_984_000, sampleRateHz: 48_000, channels: 1 }
  assert.deepEqual(audio, { kind: 'audio', codec: 'aac', ...times, ...sound })
})

test('a picture has no duration', async () => {
  const { durationUs, streams } = await measure(processes, await makeClip(directory, { name: 'out.png' }), 'png_pipe')
  assert.equal(durationUs, undefined)
  assert.deepEqual(
    streams.map(({ kind, packets }) => [kind, packets]),
    [['video', 1]],
  )
})

test('what cannot be read is rejected', async () => {
  const file = join(directory, 'broken.mp4')
  await writeFile(file, 'not what was promised')
  await assert.rejects(measure(processes, file, 'mov'), { code: 'output_rejected', message: /moov atom not found/ })
})
