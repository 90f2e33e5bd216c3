// decode: outputs that play pass, and outputs that only look as if they would do not.
import assert from 'node:assert/strict'
import { open, truncate } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { type Decodable, decodeEnds, decodesCleanly } from '../../src/ffmpeg/decode.ts'
import { measure } from '../../src/ffmpeg/measure.ts'
import { makeClip } from '../fixtures/clips.ts'
import { directory, processes } from './processes.ts'

const FAST_START = ['-movflags', '+faststart']
const long = (name: string) => makeClip(directory, { name, seconds: 12, extra: [...FAST_START, '-g', '10'] })
const ENDS = { durationUs: 12_000_000 } as const

/** Overwrites a part of the file, given as fractions of its length. */
async function damage(file: string, from: number, to: number): Promise<void> {
  await using handle = await open(file, 'r+')
  const { size } = await handle.stat()
  const length = Math.floor(size * (to - from))
  await handle.write(Buffer.alloc(length, 0x5a), 0, length, Math.floor(size * from))
}

for (const [name, demuxer] of [
  ['good.mp4', 'mov'],
  ['good.mkv', 'matroska'],
  ['good.webm', 'matroska'],
  ['good.ts', 'mpegts'],
  ['good.mp3', 'mp3'],
  ['good.flac', 'flac'],
  ['good.png', 'png_pipe'],
] as const) {
  test(`${name} decodes, and nothing is complained of`, async () => {
    const file = await makeClip(directory, { name, seconds: 12 })
    assert.equal(await decodeEnds(processes, file, demuxer, ENDS), undefined)
    assert.equal(await decodeEnds(processes, file, demuxer, {}), undefined)
  })
}

test('a stream that ends well before the others is no fault', async () => {
  const extra = ['-af', 'atrim=end=4']
  await decodeEnds(processes, await makeClip(directory, { name: 'early.mp4', seconds: 12, extra }), 'mov', ENDS)
})

const SPARSE = [...FAST_START, '-g', '250']
const sparse: [title: string, name: string, Parameters<typeof makeClip>[1], frameUs: number][] = [
  ['a picture every five seconds', 'five.mp4', { rate: 0.2, seconds: 60, audio: false, extra: SPARSE }, 5_000_000],
  ['a picture every five seconds, with sound', 'heard.mp4', { rate: 0.2, seconds: 60, extra: SPARSE }, 5_000_000],
  [
    'a picture a second, of which the keyframe is far before the end',
    'second.mp4',
    { rate: 1, seconds: 60, audio: false, extra: SPARSE },
    1_000_000,
  ],
  ['a picture every half minute', 'slow.mkv', { rate: '1/30', seconds: 300, audio: false }, 30_000_000],
  ['a still of half a minute at the end', 'still.mp4', { rate: '1/30', seconds: 60, audio: false }, 30_000_000],
]

for (const [title, name, clip, frameUs] of sparse)
  test(`${title} is no fault`, async () => {
    const file = await makeClip(directory, { name, ...clip })
    const demuxer = name.endsWith('.mkv') ? 'matroska' : 'mov'
    const { durationUs = 0 } = await measure(processes, file, demuxer)
    assert.ok(durationUs > 34_000_000)
    await decodeEnds(processes, file, demuxer, { durationUs, frameUs })
  })

test('damage of the beginning, or of the last group of pictures, is complained of', async () => {
  for (const [name, from, to] of [
    ['first.mp4', 0.1, 0.15],
    ['last.mp4', 0.9, 0.95],
  ] as const) {
    const file = await long(name)
    await damage(file, from, to)
    const found = await decodeEnds(processes, file, 'mov', ENDS).catch(error => error.message)
    assert.ok(found, name)
  }
})

test('a file whose end is missing is rejected', async () => {
  const file = await long('truncated.mp4')
  await using handle = await open(file)
  await truncate(file, Math.floor((await handle.stat()).size * 0.6))
  await assert.rejects(decodeEnds(processes, file, 'mov', ENDS), { code: 'output_rejected' })
})

test('a file without frames is rejected', async () => {
  const file = await makeClip(directory, { name: 'frameless.mkv', audio: false, extra: ['-frames:v', '0'] })
  const work = decodeEnds(processes, file, 'matroska', { durationUs: 0 })
  await assert.rejects(work, { code: 'output_rejected' })
})

describe('files together', () => {
  const { signal } = new AbortController()
  const both = ['video', 'audio'] as const
  const mp4 = async (name: string): Promise<Decodable> => ({
    file: await long(name),
    demuxer: 'mov',
    streams: both,
    ...ENDS,
  })
  const make = async (name: string, demuxer: string, streams: Decodable['streams'], clip = {}): Promise<Decodable> => ({
    file: await makeClip(directory, { name, ...clip }),
    ...{ demuxer, streams, durationUs: 1_030_000 },
  })

  test('decode cleanly, whatever they are', async () => {
    assert.equal(await decodesCleanly(processes, [await mp4('one.mp4'), await mp4('two.mp4')], signal), true)
    const mixed = [
      await make('one.mkv', 'matroska', both, { seconds: 12 }),
      await make('one.ts', 'mpegts', both),
      await make('one.mp3', 'mp3', ['audio']),
      await make('one.png', 'png_pipe', ['video']),
    ]
    assert.equal(await decodesCleanly(processes, mixed, signal), true)
  })

  for (const [what, from, to] of [
    ['beginning', 0.1, 0.3],
    ['end', 0.9, 1],
  ] as const)
    test(`do not when the ${what} of one is damaged`, async () => {
      const files = [await mp4('first.mp4'), await mp4(`${what}.mp4`), await mp4('third.mp4')]
      await damage(files[1]?.file ?? '', from, to)
      // Newer versions of ffmpeg give up at once.
      assert.equal(await decodesCleanly(processes, files, signal).catch(() => false), false)
    })

  test('cannot be read when one has not what it should have', async () => {
    const files = [await mp4('first.mp4'), await make('mute.mp4', 'mov', both, { audio: false })]
    await assert.rejects(decodesCleanly(processes, files, signal), { code: 'ffmpeg_failed' })
  })
})
