// input-options: the protections before `-i` hold in ffmpeg and ffprobe, and change nothing about good files.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { inputOptions } from '../../src/engine/input-options.ts'
import { makeClip } from '../fixtures/clips.ts'

const directory = mkdtempSync(join(tmpdir(), 'kinora-input-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const run = promisify(execFile)
const decoded = (options: readonly string[], file: string) =>
  run('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    ...options,
    '-i',
    `file:${file}`,
    '-map',
    '0:v?',
    '-map',
    '0:a?',
    '-f',
    'md5',
    '-',
  ])

for (const [name, demuxer] of [
  ['a.mp4', 'mov'],
  ['a.mkv', 'matroska'],
  ['a.webm', 'matroska'],
  ['a.ts', 'mpegts'],
  ['a.m2ts', 'mpegts'],
  ['a.avi', 'avi'],
  ['a.flv', 'flv'],
  ['a.mp3', 'mp3'],
  ['a.aac', 'aac'],
  ['a.wav', 'wav'],
  ['a.flac', 'flac'],
  ['a.ogg', 'ogg'],
  ['a.png', 'png_pipe'],
  ['a.jpg', 'jpeg_pipe'],
  ['a.webp', 'webp_pipe'],
  ['a.gif', 'gif'],
] as const) {
  test(`${name} decodes to the same frames with them, and nobody complains`, async () => {
    const file = await makeClip(directory, { name })
    const { stdout, stderr } = await decoded(inputOptions(demuxer), file)
    assert.equal(stderr, '')
    assert.equal(stdout, (await decoded([], file)).stdout)
    const probe = await run('ffprobe', ['-v', 'error', ...inputOptions(demuxer), '-show_streams', `file:${file}`])
    assert.equal(probe.stderr, '')
  })
}

test('subtitles do not make ffprobe give up', async () => {
  const subtitles = join(directory, 'words.srt')
  await writeFile(subtitles, '1\n00:00:00,000 --> 00:00:00,500\nhi\n')
  for (const [name, codec, demuxer] of [
    ['s.mp4', 'mov_text', 'mov'],
    ['s.mkv', 'ass', 'matroska'],
    ['t.mkv', 'srt', 'matroska'],
  ] as const) {
    const file = await makeClip(directory, { name })
    const output = join(directory, `with-${name}`)
    await run('ffmpeg', ['-v', 'error', '-i', file, '-i', subtitles, '-c', 'copy', '-c:s', codec, output])
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      ...inputOptions(demuxer),
      '-show_entries',
      'stream=codec_type',
      '-of',
      'csv=p=0',
      output,
    ])
    assert.equal(stdout, 'video\naudio\nsubtitle\n')
  }
})

test('a playlist is no film, whatever its name', async () => {
  const other = await makeClip(directory, { name: 'other.ts' })
  const playlist = join(directory, 'film.mp4')
  const named = join(directory, 'film.m3u8')
  await writeFile(named, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${other}\n#EXT-X-ENDLIST\n`)
  await copyFile(named, playlist)
  // Some versions go by the name, too.
  assert.match((await decoded([], named)).stdout, /^MD5=/, 'ffmpeg alone reads the other file')
  for (const demuxer of ['mov', 'matroska', 'mpegts', 'mp3'])
    for (const file of [named, playlist]) await assert.rejects(decoded(inputOptions(demuxer), file))
})

test('nothing but files is opened', async () => {
  await assert.rejects(
    run('ffmpeg', ['-v', 'error', ...inputOptions('mpegts'), '-i', 'tcp://127.0.0.1:9', '-f', 'null', '-']),
    /not on whitelist/,
  )
})

test('a rare decoder is not used', async () => {
  const file = await makeClip(directory, { name: 'rare.avi', audio: false, extra: ['-c:v', 'magicyuv'] })
  await decoded([], file)
  await assert.rejects(decoded(inputOptions('avi'), file), /magicyuv\) not on whitelist/)
})
