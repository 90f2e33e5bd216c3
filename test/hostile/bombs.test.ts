// bombs: small files that would take hours, gigabytes or thousands of streams; each is over soon, with a reason.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { probe } from '../../src/ffmpeg/probe.ts'
import type { Processes } from '../../src/process/open.ts'
import { blackPng } from '../ffmpeg/pictures.ts'
import { makeClip } from '../fixtures/clips.ts'
import { bare } from '../process/levels.ts'
import { assertRefused, attack, besieged } from './house.ts'

const LIMIT = { timeout: 60_000 }
const attacked = besieged()
const GAP = ['-vf', "setpts='if(eq(N,1),86400/TB,0)'", '-fps_mode', 'vfr', '-frames:v', '2']
const AT_30 = [{ op: 'fps', input: 'a', output: 'o', params: { fps: 30 } }]

type Bomb = {
  readonly what: string
  readonly name: string
  readonly content: () => Promise<Buffer> | Buffer
  readonly operations?: readonly object[]
  readonly destination?: string
  readonly reason: RegExp
}

const BOMBS: readonly Bomb[] = [
  { what: 'a PNG of 16 000 x 16 000', name: 'a.png', content: () => blackPng(16_000, 16_000), reason: /too large/ },
  { what: 'a PNG of 30 000 x 30 000', name: 'b.png', content: () => blackPng(30_000, 30_000), reason: /too large/ },
  { what: 'a PNG that is one long line', name: 'c.png', content: () => blackPng(100_000, 1), reason: /too large/ },
  { what: 'a PNG of nothing', name: 'd.png', content: () => blackPng(0, 0), reason: /./ },
  {
    what: 'two frames a day apart',
    name: 'gap.mkv',
    content: () => made('gap.mkv', GAP),
    operations: AT_30,
    reason: /lasts 86400\.\d+ s, and 43200 s are the most/,
  },
  {
    what: 'two frames a day apart, in MP4',
    name: 'gap.mp4',
    content: () => made('gap.mp4', GAP),
    operations: AT_30,
    reason: /43200 s are the most/,
  },
  {
    what: 'two frames a day apart that say half a second',
    name: 'lie.mkv',
    content: async () => lasting(await made('gap.mkv', GAP), 500),
    operations: AT_30,
    reason: /./,
  },
  {
    what: '400 streams',
    name: 'many.mkv',
    content: () => made('many.mkv', Array.from({ length: 400 }, () => ['-map', '0:v']).flat()),
    reason: /./,
  },
  {
    what: 'pixels a hundred times as wide as high',
    name: 'wide.mp4',
    content: () => made('wide.mp4', ['-vf', 'scale=200:64,setsar=100/1']),
    reason: /20000x64, and 16384 pixels a side are the most/,
  },
  { what: '64 channels of sound', name: 'sound.wav', content: () => wav(64, 192_000), reason: /64 channels/ },
  { what: 'sound of 2 GHz', name: 'fast.wav', content: () => wav(1, 2_000_000_000), reason: /./ },
  { what: 'sound of 65 535 channels', name: 'wide.wav', content: () => wav(65_535, 48_000), reason: /./ },
  {
    what: 'a film whose index is cut off',
    name: 'cut.mp4',
    content: async () => (await made('cut.mp4')).subarray(0, 3000),
    reason: /its index .* is missing/,
  },
  { what: 'boxes in boxes, 5000 deep', name: 'deep.mp4', content: () => nestedBoxes(5000), reason: /./ },
  {
    what: 'a film with 150 million samples and none of them',
    name: 'stsz.mp4',
    content: async () => manySamples(await made('stsz.mp4')),
    reason: /./,
  },
]

describe(`${BOMBS.length} bombs`, () => {
  for (const { what, name, content, operations, destination, reason } of BOMBS)
    test(what, LIMIT, async () => {
      const run = await attack(attacked, { name, content, operations, destination })
      assertRefused(run)
      assert.match(run.error?.message ?? '', reason)
    })
})

test('a film that says a hundred years is as long as its packets', LIMIT, async () => {
  const content = async () => lasting(await made('clip.mkv'), 3e12)
  const run = await attack(attacked, { name: 'long.mkv', content })
  assert.equal(run.status, 'completed')
  assert.ok((run.outputs[0]?.durationS ?? 1e9) < 10)
})

test('a picture of 256 million pixels is refused in 600 MB, which its pixels alone would take', LIMIT, async () => {
  const file = join(attacked.house().place.directory, 'bomb.png')
  await writeFile(file, blackPng(16_000, 16_000))
  const small: Processes = {
    ...bare,
    run: (command, box, options) =>
      bare.run(command, box, { ...options, limits: { ...options?.limits, memoryBytes: 600e6 } }),
  }
  await assert.rejects(probe(small, file), { code: 'media_unsupported', message: /too large/ })
})

test('a title of 20 MB is told to nobody, and the film is a film', LIMIT, async () => {
  const content = async () => Buffer.concat([id3('T'.repeat(20_000_000)), await made('tone.mp3')])
  const operations = [{ op: 'volume', input: 'a', output: 'o', params: { level: 0.5 } }]
  const run = await attack(attacked, { name: 'title.mp3', content, operations, destination: 'title.mp3' })
  assert.ok(JSON.stringify(run).length < 20_000)
  if (run.status === 'failed') assertRefused(run)
})

test('a thousand frames a second are a film', LIMIT, async () => {
  const run = await attack(attacked, { name: 'fast.mp4', content: () => made('fast.mp4', ['-r', '1000']) })
  if (run.status === 'failed') assertRefused(run)
})

test('a picture that changes its size in the middle comes out in one size, or not at all', LIMIT, async () => {
  const content = async () => Buffer.concat([await made('small.ts'), await made('large.ts', ['-s', '320x240'])])
  const run = await attack(attacked, { name: 'sizes.ts', content })
  if (run.status === 'failed') return assertRefused(run)
  assert.deepEqual(
    run.outputs[0]?.streams.map(stream => stream.kind === 'video' && stream.widthPx),
    [32],
  )
})

test('bits that have fallen over end in a film or in a reason, six times', LIMIT, async () => {
  const good = await made('flipped.mp4', ['-movflags', '+faststart'])
  for (let seed = 1; seed <= 6; seed++) {
    const flipped = Buffer.from(good)
    for (let n = 0; n < 40; n++) {
      const at = (seed * 7919 + n * 104_729) % flipped.length
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (n % 8))
    }
    const run = await attack(attacked, { name: `flipped-${seed}.mp4`, content: () => flipped })
    // What a decoder says half way is a reason as well, after three attempts.
    if (run.error?.code !== 'ffmpeg_failed' && run.status === 'failed') assertRefused(run)
  }
})

async function made(name: string, extra: readonly string[] = []): Promise<Buffer> {
  return await readFile(await makeClip(attacked.house().place.directory, { name, audio: false, extra }))
}

// Matroska's Duration, in milliseconds: 0x4489, a length of 8, and a double.
function lasting(film: Buffer, durationMs: number): Buffer {
  const at = film.indexOf(Buffer.from([0x44, 0x89, 0x88]))
  assert.ok(at > 0, 'the film says how long it is')
  film.writeDoubleBE(durationMs, at + 3)
  return film
}

function wav(channels: number, rateHz: number): Buffer {
  const data = Buffer.alloc(channels * 2 * 100)
  const header = Buffer.alloc(44)
  header.write('RIFF\0\0\0\0WAVEfmt \x10', 'latin1')
  header.writeUInt32LE(36 + data.length, 4)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rateHz, 24)
  header.writeUInt32LE((rateHz * channels * 2) % 2 ** 32, 28)
  header.writeUInt16LE((channels * 2) % 65_536, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

function nestedBoxes(depth: number): Buffer {
  const boxes = Buffer.alloc(depth * 8)
  for (let level = 0; level < depth; level++) {
    boxes.writeUInt32BE((depth - level) * 8, level * 8)
    boxes.write('moov', level * 8 + 4)
  }
  return Buffer.concat([Buffer.from('\0\0\0\x10ftypmp42\0\0\0\0', 'latin1'), boxes])
}

// One size for all samples, and how many there are.
function manySamples(film: Buffer): Buffer {
  const at = film.indexOf('stsz')
  film.writeUInt32BE(1, at + 8)
  film.writeUInt32BE(150_000_000, at + 12)
  return film
}

function id3(title: string): Buffer {
  const size = (bytes: number) => Buffer.from([21, 14, 7, 0].map(shift => (bytes >> shift) & 0x7f))
  const frame = Buffer.concat([Buffer.from('TIT2'), size(title.length + 1), Buffer.from([0, 0, 0]), Buffer.from(title)])
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), size(frame.length), frame])
}
