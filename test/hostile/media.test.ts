// media: films that are something else, sent through a whole job: each fails with a reason, and nothing else happens.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeClip } from '../fixtures/clips.ts'
import { type Bait, DISGUISES } from './disguises.ts'
import { assertRefused, attack, besieged } from './house.ts'

const LIMIT = { timeout: 60_000 }
const attacked = besieged()

describe(`a job over each of ${DISGUISES.length} disguises`, () => {
  for (const [index, { what, content }] of DISGUISES.entries()) {
    // Names say nothing: every ending that a film may have, in turn.
    const name = `film-${index}.${['mp4', 'ts', 'mkv', 'm3u8', 'mov', 'mp3', 'png'][index % 7]}`
    test(`${what}, called ${name}`, LIMIT, async () => {
      const started = attacked.house().commands.length
      assertRefused(await attack(attacked, { name, content }))
      assert.equal(attacked.house().commands.length, started, 'no tool was started')
    })
  }
})

test('a decoder that has had holes is not used', LIMIT, async () => {
  const run = await attack(attacked, { name: 'pixels.avi', content: ({ self }) => made(self, ['-c:v', 'magicyuv']) })
  assertRefused(run)
  assert.match(run.error?.message ?? '', /magicyuv/)
})

const PLAYLIST = ({ film }: Bait) =>
  Buffer.from(`\n#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://${film}\n#EXT-X-ENDLIST\n`)

// The harmless part lasts one second, the film three: how long the result is tells which of them was read.
const POLYGLOTS = ['gif', 'mp4', 'mkv', 'ts', 'avi', 'flv']

describe(`${POLYGLOTS.length} films with a playlist behind them`, () => {
  for (const ending of POLYGLOTS)
    test(`a ${ending} is what it begins with`, LIMIT, async () => {
      const name = `both.${ending}`
      const content = async (bait: Bait) => Buffer.concat([await made(name), PLAYLIST(bait)])
      const run = await attack(attacked, { name, content })
      assert.equal(run.status, 'completed', run.error?.message)
      for (const { durationS } of run.outputs) assert.ok(durationS < 1.5, `${durationS} s`)
    })
})

const MAGIC: Readonly<Record<string, string>> = {
  mp4: '\0\0\0\x18ftypmp42\0\0\0\0mp42isom',
  mkv: '\x1a\x45\xdf\xa3',
  mp3: 'ID3\x04\0\0\0\0\0\0',
  png: '\x89PNG\r\n\x1a\n',
  jpg: '\xff\xd8\xff\xe0',
  gif: 'GIF89a',
  webp: 'RIFF\x20\0\0\0WEBPVP8 ',
  wav: 'RIFF\x20\0\0\0WAVEfmt ',
  avi: 'RIFF\x20\0\0\0AVI LIST',
  flac: 'fLaC',
  ogg: 'OggS',
  flv: 'FLV\x01\x05\0\0\0\x09',
}

describe(`the first bytes of ${Object.keys(MAGIC).length} formats before a playlist`, () => {
  for (const [ending, magic] of Object.entries(MAGIC))
    test(`of a ${ending}`, LIMIT, async () => {
      const content = (bait: Bait) =>
        Buffer.concat([Buffer.from(magic, 'latin1'), PLAYLIST(bait), Buffer.alloc(4000, 7)])
      assertRefused(await attack(attacked, { name: `head.${ending}`, content }))
    })
})

test('a name that ffmpeg would count up never reaches it', LIMIT, async () => {
  const started = attacked.house().commands.length
  assertRefused(await attack(attacked, { name: 'frame%03d.png', content: () => made('plain.png') }))
  const words = attacked
    .house()
    .commands.slice(started)
    .flatMap(({ args }) => args)
  assert.ok(words.includes('file:/in/0') && !words.some(word => word.includes('%03d')))
})

test('names that are protocols, options or filters are names', LIMIT, async () => {
  for (const name of ['-i', 'pipe:0', 'concat:a|b', "movie='x'", '$(touch x).mp4', '--help.mp4']) {
    const run = await attack(attacked, { name, content: () => made('clip.mp4'), destination: 'named.mp4' })
    assert.equal(run.status, 'completed', `${name}: ${run.error?.message}`)
  }
})

test('of all this, nothing was kept', async () => {
  const { objects, db, output } = attacked.house()
  const kept = await db.kysely.selectFrom('artifacts').select('digest').execute()
  const files = (await readdir(objects, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  // The polyglots, and one clip under six names.
  assert.ok(kept.length <= POLYGLOTS.length + 1 && files.length === new Set(kept.map(({ digest }) => digest)).size)
  for (const file of await readdir(output)) assert.match(file, /^(made-both\.\w+|named)\.mp4$/)
})

async function made(name: string, extra: readonly string[] = [], pattern = 'testsrc2'): Promise<Buffer> {
  const safe = `harmless-${name}`
  return await readFile(
    await makeClip(join(attacked.house().place.directory), { name: safe, audio: false, extra, pattern }),
  )
}
