// companions: what becomes of subtitles, chapters, covers, languages and the depth of sound, on real media and on paper.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { OtherStream, Probe } from '../../src/engine/probe.ts'
import { probe } from '../../src/ffmpeg/probe.ts'
import { PROBES } from '../fixtures/probes.ts'
import { ffmpeg, openReal, type Real } from './real.ts'
import { planSpec } from './spec-plan.ts'

let real: Real
let film = ''
let book = ''

before(async () => {
  real = await openReal()
  const at = (name: string) => join(real.directory, name)
  await writeFile(at('s.srt'), '1\n00:00:00,200 --> 00:00:00,900\nHello\n')
  const chapters = [0, 600].map(start => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${start + 600}\ntitle=Part`)
  await writeFile(at('chapters.txt'), [';FFMETADATA1', ...chapters].join('\n'))
  film = at('film.mkv')
  book = at('book.m4a')
  await ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=30000/1001:duration=1.2', '-f', 'lavfi', '-i'],
    ...['sine=sample_rate=22050:duration=1.27', '-i', at('s.srt'), '-i', at('chapters.txt'), '-map', '0', '-map', '1'],
    ...['-map', '2', '-map', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ...['-c:s', 'srt', '-metadata:s:a:0', 'language=spa', '-metadata:s:a:0', 'title=Voice', '-metadata:s:s:0'],
    ...['language=eng', '-disposition:a:0', 'default+visual_impaired', film],
  )
  await ffmpeg('-i', film, '-frames:v', '1', at('cover.png'))
  await ffmpeg(
    ...[
      '-i',
      film,
      '-i',
      at('cover.png'),
      '-map',
      '0:a',
      '-map',
      '1:v',
      '-c:v',
      'copy',
      '-disposition:v:0',
      'attached_pic',
    ],
    ...['-map_metadata', '-1', '-c:a', 'aac', book],
  )
})
after(() => real[Symbol.asyncDispose]())

type Found = { readonly codec_name: string; readonly tags?: Readonly<Record<string, string>> }

async function look(path: string): Promise<{ streams: Found[]; chapters: unknown[] }> {
  const args = ['-v', 'error', '-show_streams', '-show_chapters', '-of', 'json', path]
  const { streams, chapters } = JSON.parse((await promisify(execFile)('ffprobe', args)).stdout)
  return { streams: streams.filter((stream: Found & { codec_type: string }) => stream.codec_type !== 'data'), chapters }
}

async function render(source: string, operations: readonly object[], destination: string) {
  const id = operations.length > 0 ? 'o' : 'a'
  const spec = { inputs: [{ id: 'a', source: 'a' }], operations, outputs: [{ id, destination }] }
  const [made] = await real.render(spec as Parameters<Real['render']>[0], { a: source })
  return await look(made?.path ?? '')
}

const LOUDER = [{ op: 'volume', input: 'a', output: 'o', params: { level: 0.5 } }]
const CUT = [{ op: 'trim', input: 'a', output: 'o', params: { start: 0.31, duration: 0.57 } }]

const ARRIVES: readonly (readonly [
  what: string,
  operations: readonly object[],
  container: string,
  string[],
  number,
])[] = [
  ['an untouched copy', [], 'mkv', ['h264', 'aac', 'subrip', 'subrip'], 2],
  ['a copy into MP4', [], 'mp4', ['h264', 'aac', 'mov_text', 'mov_text'], 2],
  ['a copy of the sound alone', [], 'm4a', ['aac'], 2],
  ['other sound at the same times', LOUDER, 'mp4', ['h264', 'aac', 'mov_text', 'mov_text'], 2],
  ['a part', CUT, 'mkv', ['h264', 'aac'], 0],
]

for (const [what, operations, container, codecs, chapters] of ARRIVES)
  test(`subtitles and chapters travel where times stay and the container holds them: ${what}`, async () => {
    const found = await render(film, operations, `o.${container}`)
    assert.deepEqual(found.streams.map(({ codec_name }) => codec_name), codecs) // biome-ignore format: one thing
    assert.equal(found.chapters.length, chapters)
    assert.equal(found.streams.find(({ codec_name }) => codec_name === 'aac')?.tags?.['language'], 'spa')
  })

test('a cover travels with the sound, also with a part of it', async () => {
  for (const operations of [[], CUT])
    assert.deepEqual((await render(book, operations, 'o.m4a')).streams.map(({ codec_name }) => codec_name), ['aac', 'png']) // biome-ignore format: one thing
})

test('probing tells what else there is, and what people noted about the sound', async () => {
  const { others, chapters, audio } = await probe(real.processes, film)
  assert.deepEqual(
    others?.map(({ kind, codec, language }) => [kind, codec, language]),
    [
      ['subtitle', 'subrip', 'eng'],
      ['subtitle', 'subrip', undefined],
    ],
  )
  assert.deepEqual([chapters, audio?.language, audio?.dispositions], [2, 'spa', ['visual_impaired']])
})

const SUBTITLES = Array.from(
  { length: 70 },
  (_, n): OtherStream => ({ kind: 'subtitle', index: 2 + n, codec: 'subrip' }),
)
const pgs: OtherStream = { kind: 'subtitle', index: 2, codec: 'hdmv_pgs_subtitle', language: 'eng' }

const TOLD: readonly (readonly [source: Partial<Probe>, container: string, warnings: readonly string[]])[] = [
  [{ others: SUBTITLES }, 'mp4', []],
  [{ others: SUBTITLES }, 'ts', ['leaves out 70 subtitle tracks of "a" (70 subrip)']],
  [{ others: [pgs] }, 'mp4', ['leaves out 1 subtitle track of "a" (hdmv_pgs_subtitle eng)']],
  [{ others: [pgs] }, 'mkv', []],
  [{ others: [{ ...pgs, codec: 'ass' }] }, 'mp4', ['loses the styles of 1 subtitle track of "a" (ass eng)']],
  [{ others: [{ kind: 'cover', index: 2, codec: 'png' }] }, 'mp4', []],
  [{ others: [{ kind: 'cover', index: 2, codec: 'png' }] }, 'mkv', ['leaves out 1 cover of "a" (png)']],
  [{ others: [{ kind: 'data', index: 2, codec: 'unknown' }] }, 'mkv', []],
  [{ chapters: 3 }, 'ts', ['leaves out 3 chapters of "a"']],
]

test('what a container cannot hold is told with figures, and nothing else is', () => {
  for (const [change, container, expected] of TOLD) {
    const probes = new Map([['a', { ...PROBES.mp4, ...change } as Probe]])
    const spec = {
      inputs: [{ id: 'a', source: 'a' }],
      operations: [],
      outputs: [{ id: 'a', destination: `o.${container}` }],
    }
    const told = planSpec(spec, probes).warnings.map(({ message }) => message)
    assert.deepEqual(told, expected, `${JSON.stringify(change).slice(0, 80)} into .${container}`)
  }
})

type Sound = Partial<NonNullable<Probe['audio']>>
const S24: Sound = { codec: 'pcm_s24le', precision: 's24' }
const DEPTHS: readonly (readonly [sound: Sound, container: string, encoder: string, warning?: RegExp])[] = [
  [S24, 'wav', 'pcm_s24le'],
  [{ codec: 'flac', precision: 's24' }, 'wav', 'pcm_s24le'],
  [{ codec: 'pcm_f32le', precision: 'f32' }, 'wav', 'pcm_f32le'],
  [{ codec: 'pcm_u8', precision: 'u8' }, 'wav', 'pcm_u8'],
  [{ codec: 'pcm_s24be', precision: 's24' }, 'mov', 'pcm_s24be'],
  [{ codec: 'flac', precision: 's24' }, 'mkv', 'flac'],
  [{ codec: 'alac', precision: 's24' }, 'm4a', 'alac'],
  [{ codec: 'pcm_f32le', precision: 'f32' }, 'flac', 'flac', /has 32 bits floating point, and .flac gets 24 bits/],
  [S24, 'mp4', 'aac', /lossless \(24 bits\) and is encoded as aac/],
  [{ codec: 'opus', channels: 6, layout: '5.1' }, 'mp3', 'libmp3lame', /mixed from 6 to 2 channels/],
  [{ codec: 'opus', sampleRateHz: 192_000 }, 'mp3', 'libmp3lame', /lowered from 192000 to 48000 Hz/],
  [{ codec: 'opus' }, 'mp3', 'libmp3lame'],
]

test('sound keeps its depth where the container carries it, and what is lost is told', () => {
  for (const [sound, container, encoder, warning] of DEPTHS) {
    const audio = { ...PROBES.mp3.audio, ...sound } as NonNullable<Probe['audio']>
    const probes = new Map([['a', { ...PROBES.mp3, demuxer: 'wav', audio }]])
    const operations = [{ op: 'trim', input: 'a', output: 'o', params: { start: 1.37, duration: 2.6 } }]
    const spec = {
      inputs: [{ id: 'a', source: 'a' }],
      operations,
      outputs: [{ id: 'o', destination: `o.${container}` }],
    }
    const { plan, warnings } = planSpec(spec, probes)
    assert.equal(plan.outputs[0]?.audio?.encoding?.encoder, encoder, `${sound.codec} into .${container}`)
    const told = warnings.map(({ message }) => message).join()
    if (warning) assert.match(told, warning)
    else assert.equal(told, '', `${sound.codec} into .${container}`)
  }
})
