// codecs: what the tables promise about encoders and containers, held against the real ffmpeg.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  type AudioEncoder,
  audioEncoders,
  channelLayout,
  everyAudioEncoder,
  nearestSampleRate,
  videoEncoders,
} from '../../src/engine/codecs.ts'
import { containerOf, containers } from '../../src/engine/containers.ts'
import { audioEncoding, videoEncoding } from '../../src/engine/encoder-options.ts'
import type { PlannedVideo } from '../../src/engine/planned.ts'
import { measure } from '../../src/ffmpeg/measure.ts'
import { ffmpeg, openReal, type Real } from './real.ts'
import { MAKING } from './spec-plan.ts'

let real: Real
before(async () => {
  real = await openReal()
})
after(() => real[Symbol.asyncDispose]())

// SVT-AV1 has been seen to wait for ever.
const WAITING = { timeout: 900_000 }

const ENCODERS: Record<string, readonly string[]> = {
  h264: ['libx264'],
  hevc: ['libx265', '-x265-params', 'log-level=error'],
  av1: ['libsvtav1', '-preset', '12'],
  vp9: ['libvpx-vp9', '-cpu-used', '8'],
  vp8: ['libvpx', '-cpu-used', '8'],
  prores: ['prores', '-pix_fmt', 'yuv422p10le'],
  mjpeg: ['mjpeg', '-pix_fmt', 'yuvj420p'],
  theora: ['libtheora'],
  mp3: ['libmp3lame'],
  opus: ['libopus'],
  vorbis: ['libvorbis'],
  dts: ['dca', '-strict', '-2', '-ac', '2'],
  truehd: ['truehd', '-strict', '-2', '-ac', '2'],
  mlp: ['mlp', '-strict', '-2', '-ac', '2'],
}

test('every codec that a container is said to carry can be copied into it and read again', WAITING, async () => {
  const list = [...containers.values()]
  const sound = new Set(list.flatMap(({ audio }) => audio))
  for (const codec of new Set(list.flatMap(({ video, audio }) => [...video, ...audio]))) {
    const [pattern, kind] = sound.has(codec)
      ? ['sine=duration=0.3:sample_rate=48000', 'a']
      : ['testsrc2=size=64x64:rate=10:duration=0.3', 'v']
    const [encoder = codec, ...options] = ENCODERS[codec] ?? []
    const carriers = list.filter(({ video, audio }) => [...video, ...audio].includes(codec))
    // Matroska does not carry every kind of uncompressed sound.
    const { muxer = '' } = carriers.find(({ ending }) => ending === 'mkv') ?? carriers[0] ?? {}
    const source = join(real.directory, `${codec}.${muxer}`)
    await ffmpeg('-f', 'lavfi', '-i', pattern, ...options, `-c:${kind}`, encoder, '-f', muxer, source)
    const path = (ending: string) => join(real.directory, `${codec}-copy.${ending}`)
    await ffmpeg(
      ...['-i', source],
      ...carriers.flatMap(({ ending, muxer }) => ['-map', '0', '-c', 'copy', '-f', muxer, path(ending)]),
    )
    for (const { ending, demuxer } of carriers) {
      const { streams } = await measure(real.processes, path(ending), demuxer)
      assert.deepEqual([ending, ...streams.map(stream => stream.codec)], [ending, codec])
    }
  }
})

test('every container gets by default what it can carry', () => {
  for (const { ending, video, audio, videoEncoder, audioEncoder } of containers.values()) {
    assert.ok(audio.includes(audioEncoders.get(audioEncoder)?.codec ?? ''), ending)
    assert.equal(videoEncoder === undefined, video.length === 0, ending)
    if (videoEncoder) assert.ok(video.includes(videoEncoders.get(videoEncoder)?.codec ?? ''), ending)
  }
})

test(
  'every audio encoder takes any number of channels and any rate that is brought to it, and its extreme bitrates',
  WAITING,
  async () => {
    for (const encoder of everyAudioEncoder) {
      const { bitsPerChannel, bitrateRange, maxChannels } = encoder
      const channels = Array.from({ length: maxChannels }, (_, index) => index + 1)
      const outputs = [
        ...channels.map(count => output(encoder, count, 48_000, bitsPerChannel)),
        ...[8000, 11_025, 22_050, 44_100, 96_000, 192_000].flatMap(rate =>
          [1, 2].map(count => output(encoder, count, rate, bitsPerChannel)),
        ),
        ...[8000, 16_000, 32_000, 48_000].flatMap(rate =>
          [1, 2].flatMap(count => {
            const { min, max } = bitrateRange?.(count, nearestSampleRate(encoder, rate)) ?? {}
            return [min, max].flatMap(bits => (bits === undefined ? [] : [output(encoder, count, rate, bits / count)]))
          }),
        ),
      ]
      await ffmpeg('-f', 'lavfi', '-i', 'anoisesrc=duration=0.2:sample_rate=48000', ...outputs.flat())
    }
  },
)

function output(encoder: AudioEncoder, channels: number, rate: number, bitsPerChannel: number | undefined): string[] {
  const sampleRateHz = nearestSampleRate(encoder, rate)
  const bitrate = bitsPerChannel === undefined ? {} : { bitrateBps: bitsPerChannel * channels }
  const planned = { node: { kind: 'source', input: 'a', media: 'audio', fromUs: 0 }, startUs: 0, channels } as const
  const codec = { sampleRateHz, codec: encoder.codec, encoding: { encoder: encoder.name, ...bitrate } }
  const format = `aformat=sample_rates=${sampleRateHz}:channel_layouts=${channelLayout(channels)}`
  // Matroska carries no big-endian floats, and NUT nothing of Apple's.
  return [
    '-filter:a',
    format,
    ...audioEncoding({ ...planned, ...codec }),
    '-f',
    encoder.codec.startsWith('pcm_') ? 'nut' : 'matroska',
    '/dev/null',
  ]
}

test('every video encoder takes the ends of its scale, its presets and a bitrate', WAITING, async () => {
  for (const { name, codec, crf, presets } of new Set(videoEncoders.values())) {
    const encodings = [
      { encoder: name, crf: crf.min },
      { encoder: name, crf: crf.max },
      { encoder: name, crf: crf.standard + 0.5 },
      { encoder: name, bitrateBps: 200_000 },
      ...[presets?.names[0], presets?.names.at(-1)]
        .filter(preset => preset !== undefined)
        .map(preset => ({ encoder: name, crf: crf.standard, preset })),
    ]
    for (const encoding of encodings) await encoded(codec, encoding, 64)
  }
})

test(
  'every video encoder takes pictures as small as is said, and none smaller that it is said to refuse',
  WAITING,
  async () => {
    for (const { name, codec, crf, smallestPx = 2 } of new Set(videoEncoders.values())) {
      const encoding = { encoder: name, crf: crf.standard }
      // Half as wide as these, x265 once wrote behind the end of its rows.
      for (const widthPx of [smallestPx, 34, 40, 46, 48].filter(width => width >= smallestPx))
        await encoded(codec, encoding, widthPx, Math.max(64, smallestPx))
      await encoded(codec, encoding, 64, smallestPx)
      if (smallestPx > 2) await assert.rejects(encoded(codec, encoding, smallestPx - 2))
    }
  },
)

async function encoded(codec: string, encoding: PlannedVideo['encoding'], widthPx: number, heightPx = widthPx) {
  const node = { kind: 'source', input: 'a', media: 'video', fromUs: 0 } as const
  const planned = { node, startUs: 0, codec, widthPx, heightPx, frameRate: { num: 10, den: 1 }, encoding }
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=size=${widthPx}x${heightPx}:rate=10:duration=1.3`],
    ...videoEncoding(planned, {}, MAKING),
    ...['-pix_fmt', 'yuv420p', '-f', 'matroska', '/dev/null'],
  )
}

test('a destination names its container by its ending, whatever its case', () => {
  assert.equal(containerOf('s3://bucket/some.folder/Film.MP4')?.ending, 'mp4')
  assert.equal(containerOf('film.mp4.txt'), undefined)
  assert.equal(containerOf('mp4'), undefined)
})
