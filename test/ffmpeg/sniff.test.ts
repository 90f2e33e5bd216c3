// sniff: real files of every format are known, and nothing that makes ffmpeg read other files is.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { HEAD_BYTES, sniff } from '../../src/ffmpeg/sniff.ts'
import { ffmpeg } from '../engine/real.ts'
import { makeClip } from '../fixtures/clips.ts'
import { directory } from './processes.ts'

const head = async (name: string) => (await readFile(await makeClip(directory, { name }))).subarray(0, HEAD_BYTES)

for (const [ending, demuxer] of [
  ['mp4', 'mov'],
  ['mov', 'mov'],
  ['m4a', 'mov'],
  ['mkv', 'matroska'],
  ['webm', 'matroska'],
  ['ts', 'mpegts'],
  ['m2ts', 'mpegts'],
  ['avi', 'avi'],
  ['flv', 'flv'],
  ['mp3', 'mp3'],
  ['mp2', 'mp3'],
  ['aac', 'aac'],
  ['wav', 'wav'],
  ['flac', 'flac'],
  ['ogg', 'ogg'],
  ['png', 'png_pipe'],
  ['jpg', 'jpeg_pipe'],
  ['webp', 'webp_pipe'],
  ['gif', 'gif'],
] as const) {
  test(`.${ending} is opened by ${demuxer}`, async () => {
    assert.equal(sniff(await head(`clip.${ending}`)), demuxer)
  })
}

// ID3v2.4 with a length of four times seven bits, filled with something that is no frame header.
function tag(bytes: number): Buffer {
  const digits = [21, 14, 7, 0].map(shift => (bytes >> shift) & 0x7f)
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, ...digits]), Buffer.alloc(bytes, 1)])
}

test('an ID3 tag may stand before MP3, AAC and FLAC', async () => {
  for (const [ending, demuxer] of [
    ['mp3', 'mp3'],
    ['aac', 'aac'],
    ['flac', 'flac'],
  ] as const)
    assert.equal(sniff(Buffer.concat([tag(3000), await head(`clip.${ending}`)])), demuxer)
})

test('a cover picture larger than what is read is taken for MP3', () => {
  assert.equal(sniff(tag(200_000).subarray(0, HEAD_BYTES)), 'mp3')
})

test('a transport stream may begin in the middle of a packet', async () => {
  assert.equal(sniff((await head('clip.ts')).subarray(100)), 'mpegts')
})

const PLAYLIST = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///srv/other.ts\n#EXT-X-ENDLIST\n'

for (const [what, text] of [
  ['an HLS playlist', PLAYLIST],
  ['one that plays itself for ever', '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nvideo.mp4\n'],
  ['one behind a byte order mark', `\ufeff\n ${PLAYLIST}`],
  ['one padded until it looks like a transport stream', PLAYLIST.padEnd(188 * 20, 'G')],
  ['ffconcat', "ffconcat version 1.0\nfile 'neighbour.mp4'\n"],
  ['a DASH manifest', '<?xml version="1.0"?><MPD><BaseURL>/srv/other.mp4</BaseURL></MPD>'],
  ['a bare MPD', '<MPD></MPD>'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'],
  ['SDP', 'v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n'],
  ['WebVTT', 'WEBVTT\n\n00:00.000 --> 00:01.000\nhi\n'],
  ['SubRip', '1\n00:00:00,000 --> 00:00:01,000\nhi\n'],
  ['plain text', 'This is not a film.\n'.repeat(500)],
  ['nothing', ''],
  ['zeros', '\0'.repeat(5000)],
  ['a PDF', '%PDF-1.7\n'],
  ['an ELF binary', '\x7fELF\x02\x01\x01'],
] as const) {
  test(`${what} is not accepted`, () => assert.equal(sniff(Buffer.from(text, 'utf8')), undefined))
}

test('an unfinished header is no reason to fall over', async () => {
  const whole = await head('clip.mp3')
  for (let length = 0; length < 600; length += 1) sniff(whole.subarray(0, length))
  for (const bytes of [[0xff], [0xff, 0xfb], [0xff, 0xf1, 0x50], [0x49, 0x44, 0x33], [0x47]])
    assert.equal(sniff(Uint8Array.from(bytes)), undefined)
})

test('captures that begin in the middle of a frame or behind junk are known, random bytes and archives are not', async () => {
  for (const [ending, demuxer, start] of [
    ['mp3', 'mp3', 1150],
    ['aac', 'aac', 300],
    ['ts', 'mpegts', 5000],
  ] as const) {
    const whole = await head(`clip.${ending}`)
    assert.equal(sniff(whole.subarray(start)), demuxer)
    assert.equal(sniff(Buffer.concat([randomBytes(999), whole])), demuxer)
  }
  const archive = Buffer.concat([Buffer.from('PK\x03\x04'.padEnd(30, '\0')), await head('clip.mp3')])
  assert.equal(sniff(archive), undefined)
  for (let n = 0; n < 8; n++) assert.equal(sniff(randomBytes(HEAD_BYTES)), undefined)
})

test('more formats are known by how they begin', async () => {
  for (const [name, demuxer] of [
    ['a.mpg', 'mpeg'],
    ['a.wmv', 'asf'],
    ['a.mxf', 'mxf'],
    ['a.aiff', 'aiff'],
    ['a.caf', 'caf'],
    ['a.au', 'au'],
    ['a.w64', 'w64'],
    ['a.ac3', 'ac3'],
    ['a.eac3', 'eac3'],
    ['a.wv', 'wv'],
    ['a.tta', 'tta'],
    ['a.y4m', 'yuv4mpegpipe'],
    ['a.nut', 'nut'],
    ['a.bmp', 'bmp_pipe'],
    ['a.tiff', 'tiff_pipe'],
    ['a.apng', 'apng'],
  ] as const) {
    const file = join(directory, name)
    const one = /bmp|tiff/.test(name) ? ['-frames:v', '1'] : []
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:d=0.4', '-f', 'lavfi', '-i', 'sine=r=48000:d=0.5', ...one, file)
    assert.equal(sniff((await readFile(file)).subarray(0, HEAD_BYTES)), demuxer, name)
  }
})
