// undecodable: a stream that nobody uses never makes a file unsupported; one that is wanted says what it is.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { probe } from '../../src/ffmpeg/probe.ts'
import { ffmpeg } from '../engine/real.ts'
import { planSpec } from '../engine/spec-plan.ts'
import { directory, processes } from './processes.ts'

const file = (name: string) => join(directory, name)
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=24000/1001:d=1.3']
const SOUND = ['-f', 'lavfi', '-i', 'sine=r=22050:d=1.1']
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
const BOTH = [...PICTURE, ...SOUND, '-map', '0', '-map', '1', ...FAST]
const TWO_PICTURES = ['-map', '0', '-map', '0', '-map', '1', ...FAST]

before(async () => {
  await writeFile(file('words.srt'), '1\n00:00:00,200 --> 00:00:01,000\nhi\n')
  await ffmpeg(...PICTURE.slice(0, 3), 'testsrc2=s=64x64:d=0.1', '-frames:v', '1', file('cover.bmp'))
  await ffmpeg(...PICTURE, ...SOUND, ...TWO_PICTURES, '-c:v:0', 'magicyuv', file('first.mkv'))
  await ffmpeg(...PICTURE, ...SOUND, '-map', '0', '-map', '1', '-c:v', 'magicyuv', '-c:a', 'aac', file('only.mkv'))
})

test('a second track in TrueHD', async () => {
  const second = ['-map', '1', '-c:a:1', 'truehd', '-ar:a:1', '48000', '-strict', '-2']
  await ffmpeg(...BOTH, ...second, file('truehd.mkv'))
  const { audio, video, undecodable } = await probe(processes, file('truehd.mkv'))
  assert.deepEqual([video?.codec, audio?.codec, undecodable], ['h264', 'aac', undefined])
})

test('seventy tracks of subtitles', async () => {
  const inputs = [...PICTURE, ...SOUND, '-i', file('words.srt'), '-map', '0', '-map', '1']
  const subtitles = Array.from({ length: 70 }, () => ['-map', '2']).flat()
  await ffmpeg(...inputs, ...subtitles, ...FAST, '-c:s', 'srt', file('subtitles.mkv'))
  assert.equal((await probe(processes, file('subtitles.mkv'))).video?.codec, 'h264')
})

test('a cover that is a BMP', async () => {
  const cover = ['-i', file('cover.bmp'), '-map', '0', '-map', '1', '-c:v', 'copy', '-c:a', 'libmp3lame']
  await ffmpeg(...SOUND, ...cover, file('cover.mp3'))
  const { audio, video } = await probe(processes, file('cover.mp3'))
  assert.deepEqual([audio?.codec, video], ['mp3', undefined])
})

test('an attached file and a data track', async () => {
  const attached = ['-attach', file('words.srt'), '-metadata:s:t', 'mimetype=application/x-unknown']
  await ffmpeg(...BOTH, ...attached, file('attached.mkv'))
  await ffmpeg(...BOTH, '-timecode', '01:00:00:00', file('timecode.mov'))
  for (const name of ['attached.mkv', 'timecode.mov'])
    assert.equal((await probe(processes, file(name))).video?.codec, 'h264')
})

test('a first picture that is not decoded gives way to one that is, and that is told', async () => {
  const found = await probe(processes, file('first.mkv'))
  assert.deepEqual([found.video?.codec, found.video?.index, found.audio?.codec], ['h264', 1, 'aac'])
  const spec = { inputs: [{ id: 'a', source: 'a.mkv' }], operations: [], outputs: [{ id: 'a', destination: 'o.mp4' }] }
  const { warnings } = planSpec(spec, new Map([['a', found]]))
  assert.match(warnings.map(({ message }) => message).join(), /passes over a video track of "a".*it is magicyuv/)
})

test('sound is taken from a film whose picture is not decoded, and a film is not made of it', async () => {
  const probes = new Map([['a', await probe(processes, file('only.mkv'))]])
  const spec = (destination: string) => ({
    inputs: [{ id: 'a', source: 'a.mkv' }],
    operations: [],
    outputs: [{ id: 'a', destination }],
  })
  assert.deepEqual(planSpec(spec('o.mp3'), probes).warnings, [])
  assert.throws(() => planSpec(spec('o.mp4'), probes), /the picture cannot be decoded: it is magicyuv/)
})

test('a track of a kind that nobody knows is passed over, and alone is refused by its four letters', async () => {
  await ffmpeg(...BOTH, '-map', '1', '-c:a:1', 'pcm_s16le', file('two.mov'))
  await ffmpeg(...SOUND, '-c:a', 'pcm_s16le', file('one.mov'))
  for (const name of ['two.mov', 'one.mov']) {
    const film = await readFile(file(name))
    film.write('zzzz', film.lastIndexOf('sowt'))
    await writeFile(file(name), film)
  }
  assert.equal((await probe(processes, file('two.mov'))).audio?.codec, 'aac')
  await assert.rejects(probe(processes, file('one.mov')), { code: 'media_unsupported', message: /"zzzz"/ })
})
