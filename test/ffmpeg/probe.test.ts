// probe: what is learnt of real clips of every kind.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import { probe } from '../../src/ffmpeg/probe.ts'
import { type Clip, makeClip } from '../fixtures/clips.ts'
import { directory, processes } from './processes.ts'

const probed = async (clip: Clip) => probe(processes, await makeClip(directory, clip))

test('an MP4 is described completely', async () => {
  const shape = { seconds: 2, size: '96x64', rate: '30000/1001', samplesPerSecond: 48_000 }
  const path = await makeClip(directory, { name: 'plain.mp4', ...shape })
  const { video, audio, ...rest } = await probe(processes, path)
  assert.deepEqual(rest, { demuxer: 'mov', sizeBytes: (await stat(path)).size, durationUs: 2_002_000 })
  assert.deepEqual(video, {
    index: 0,
    codec: 'h264',
    startUs: 0,
    durationUs: 2_002_000,
    widthPx: 96,
    heightPx: 64,
    picture: false,
    frameRate: { num: 30000, den: 1001 },
    longestFrameUs: 33_367,
    pixelFormat: 'yuv420p',
    rotationDegrees: 0,
  })
  assert.deepEqual(audio, {
    index: 1,
    codec: 'aac',
    startUs: 0,
    durationUs: 2_000_000,
    sampleRateHz: 48_000,
    channels: 1,
    layout: 'mono',
  })
})

for (const name of [
  'a.mov',
  'a.mkv',
  'a.webm',
  'a.ts',
  'a.avi',
  'a.flv',
  'a.mp3',
  'a.aac',
  'a.wav',
  'a.flac',
  'a.ogg',
]) {
  test(`${name} lasts about as long as it was made to`, async () => {
    const { durationUs = 0, audio } = await probed({ name, seconds: 2 })
    assert.ok(durationUs >= 1_999_000 && durationUs < 2_150_000, `${durationUs}`)
    assert.ok(audio)
  })
}

for (const name of ['p.png', 'p.jpg', 'p.webp']) {
  test(`${name} is a video stream of one picture without a duration`, async () => {
    const { durationUs, video, audio } = await probed({ name, size: '48x32' })
    assert.deepEqual([durationUs, audio], [undefined, undefined])
    assert.deepEqual([video?.picture, video?.widthPx, video?.heightPx, video?.startUs], [true, 48, 32, 0])
  })
}

test('an animated GIF is a video', async () => {
  const { durationUs, video } = await probed({ name: 'a.gif', seconds: 1, rate: 10 })
  assert.deepEqual([video?.picture, durationUs], [false, 1_000_000])
})

test('a stream that starts late says so on the clock that all streams share', async () => {
  const delay = ['-filter_complex', '[1:a]asetpts=PTS+0.5/TB[late]', '-map', '0:v', '-map', '[late]']
  const { video, audio } = await probed({ name: 'late.ts', samplesPerSecond: 48_000, extra: delay })
  assert.equal(video?.startUs, 0)
  assert.ok(Math.abs((audio?.startUs ?? 0) - 500_000) < 30_000, `${audio?.startUs}`)
})

test('a Matroska file that begins late lasts no longer for it', async () => {
  const { durationUs = 0, video } = await probed({ name: 'offset.mkv', extra: ['-output_ts_offset', '5'] })
  assert.ok(durationUs >= 1_030_000 && durationUs < 1_150_000, `${durationUs}`)
  assert.ok((video?.startUs ?? 1e9) < 50_000)
})

test('a WebM that does not say how long it is, as browsers record them, is read to its end', async () => {
  const { durationUs = 0, video } = await probed({ name: 'live.webm', seconds: 3, extra: ['-live', '1'] })
  assert.ok(Math.abs(durationUs - 3_000_000) < 120_000, `${durationUs}`)
  assert.ok(Math.abs((video?.durationUs ?? 0) - 3_000_000) < 120_000, `${video?.durationUs}`)
})

test('a stream of AAC is not guessed at by its first bit rate', async () => {
  const quietThenLoud = ['-af', "volume='if(lt(t,3),0,1)':eval=frame"]
  const { durationUs = 0 } = await probed({
    name: 'uneven.aac',
    seconds: 6,
    samplesPerSecond: 48_000,
    extra: quietThenLoud,
  })
  assert.ok(Math.abs(durationUs - 6_000_000) < 60_000, `${durationUs}`)
})

test('cover art is not the picture of a song', async () => {
  const cover = ['-f', 'lavfi', '-i', 'color=size=64x64:duration=0.1:rate=10', '-map', '0:a', '-map', '1:v']
  const { video, audio } = await probed({ name: 'song.flac', extra: [...cover, '-disposition:v', 'attached_pic'] })
  assert.equal(video, undefined)
  assert.equal(audio?.codec, 'flac')
})

test('subtitles, attachments and timecodes do not get in the way', async () => {
  const { video, audio } = await probed({ name: 'timecode.mov', extra: ['-timecode', '01:00:00:00'] })
  assert.ok(video && audio)
})
