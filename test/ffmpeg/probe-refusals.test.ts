// probe: what is refused, with a code and a sentence that tells its owner why.
import assert from 'node:assert/strict'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { probe } from '../../src/ffmpeg/probe.ts'
import { makeClip } from '../fixtures/clips.ts'
import { blackPng } from './pictures.ts'
import { directory, processes } from './processes.ts'

async function refused(name: string, content: string | Buffer, expected: { code: string; message: RegExp }) {
  const file = join(directory, name)
  await writeFile(file, content)
  await assert.rejects(probe(processes, file), expected)
}

test('a playlist that names another file', async () => {
  const other = await makeClip(directory, { name: 'other.ts' })
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${other}\n#EXT-X-ENDLIST\n`
  await refused('playlist.mp4', playlist, { code: 'media_unsupported', message: /It is none of the formats/ })
})

test('a list of neighbours', async () => {
  await makeClip(directory, { name: 'neighbour.mp4' })
  const list = "ffconcat version 1.0\nfile 'neighbour.mp4'\n"
  await refused('list.mp4', list, { code: 'media_unsupported', message: /It is none of the formats/ })
})

test('a text named .mp4', () => refused('text.mp4', 'hello\n', { code: 'media_unsupported', message: /MP4/ }))

test('an empty file', () => refused('empty.mp4', '', { code: 'media_damaged', message: /is empty/ }))

test('a file that is cut off before its index', async () => {
  const file = await makeClip(directory, { name: 'cut.mp4', seconds: 2 })
  await truncate(file, 10_000)
  await assert.rejects(probe(processes, file), {
    code: 'media_damaged',
    message: 'The file was cut off, or is not finished: its index (the moov box) is missing',
  })
})

test('a film without a single frame', async () => {
  const name = 'nothing.mkv'
  const file = await makeClip(directory, { name, audio: false, extra: ['-frames:v', '0'] })
  await assert.rejects(probe(processes, file), {
    code: 'media_damaged',
    message: /./,
  })
})

test('a picture of a quarter of a thousand million pixels, in no time', async () => {
  await refused('bomb.png', blackPng(16_000, 16_000), { code: 'media_unsupported', message: /too large/ })
})

test('a picture with too long a side', async () => {
  await refused('strip.png', blackPng(20_000, 8), { code: 'media_unsupported', message: /16384 pixels a side/ })
})

test('a picture whose pixels are junk', async () => {
  await refused('junk.png', blackPng(64, 64, Buffer.from('junk')), {
    code: 'media_damaged',
    message: /cannot be decoded/,
  })
})

test('a decoder that is not on the list', async () => {
  const file = await makeClip(directory, { name: 'rare.avi', audio: false, extra: ['-c:v', 'magicyuv'] })
  await assert.rejects(probe(processes, file), {
    code: 'media_unsupported',
    message: /^The picture cannot be decoded: it is magicyuv, which is not decoded here: .* holes/,
  })
})

test('a file that is not there, and a directory', async () => {
  await assert.rejects(probe(processes, join(directory, 'gone.mp4')), { code: 'source_missing' })
  await assert.rejects(probe(processes, directory), { code: 'media_unsupported' })
})

test('a probe that is cancelled', async () => {
  const file = await makeClip(directory, { name: 'fine.mp4' })
  await assert.rejects(probe(processes, file, { signal: AbortSignal.abort() }), { code: 'cancelled' })
  assert.ok((await readFile(file)).length > 0)
})

for (const [name, content, words] of [
  ['page.mp4', '<!DOCTYPE html>\n<html><body>404</body></html>', /a web page \(HTML\)/],
  ['answer.mp4', '{"error": "no such file"}', /a text in JSON/],
  ['words.mp4', '1\n00:00:00,000 --> 00:00:01,000\nhi\n', /subtitles/],
  ['zeros.mp4', Buffer.alloc(9000), /nothing but zeros/],
  ['moving.webp', 'RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\x02', /a WebP that moves/],
] as const)
  test(`${name} says what it is instead`, () => refused(name, content, { code: 'media_unsupported', message: words }))

test('an encrypted film, by its container', async () => {
  const key = [
    '-encryption_key',
    '00112233445566778899aabbccddeeff',
    '-encryption_kid',
    '112233445566778899aabbccddeeff00',
  ]
  const extra = ['-encryption_scheme', 'cenc-aes-ctr', ...key]
  const file = await makeClip(directory, { name: 'locked.mp4', extra })
  await assert.rejects(probe(processes, file), { code: 'media_encrypted', message: /encrypted \(DRM\)/ })
})
