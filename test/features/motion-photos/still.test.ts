// still.test: a still that was taken out of a photo opens in every reader, keeps what it said, but not that it moves.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { inspect } from '../../../src/features/motion-photos/inspection.ts'
import { stillPieces } from '../../../src/features/motion-photos/still.ts'
import {
  box,
  bytesSource,
  CLIP,
  directory,
  ITEM,
  ITEMS,
  JPEG,
  jpegXmp,
  MICRO,
  MOTION,
  sef,
  xmp,
} from './readers/samples.ts'

async function stillOf(photo: Buffer): Promise<Buffer> {
  const found = await inspect(bytesSource(photo))
  assert.ok(found?.clip, 'no video was found')
  const pieces = await stillPieces(found)
  return Buffer.concat(
    pieces.map(piece => (Buffer.isBuffer(piece) ? piece : photo.subarray(piece.offset, piece.offset + piece.length))),
  )
}

const exiftool = (file: string, ...args: readonly string[]) =>
  execFileSync('exiftool', [...args, file], { maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] }).toString()

function written(name: string, bytes: Buffer): string {
  const file = join(directory, name)
  writeFileSync(file, bytes)
  return file
}

const AVIF = await sharp(JPEG).resize(93, 61).avif({ effort: 0 }).toBuffer()
const pixels = (picture: Buffer) => sharp(picture).raw().toBuffer()

// As exiftool leaves it: what it has rewritten stands at the end, behind the video.
function avifPhoto(): Buffer {
  const file = written('moving_MP.avif', Buffer.concat([AVIF, box('mpvd', CLIP)]))
  const packet = written(
    'moving.xmp',
    Buffer.from(xmp({ camera: MOTION(), items: ITEMS(CLIP.length, 8, 'image/avif') })),
  )
  exiftool(file, '-overwrite_original', '-tagsfromfile', packet, '-xmp')
  exiftool(file, '-overwrite_original', '-XMP-dc:Title=Lake')
  return readFileSync(file)
}

test('of a photo whose video stands before its picture the still opens, with its title', async () => {
  const photo = avifPhoto()
  const order = ['mpvd', 'mdat'].map(type => photo.indexOf(type))
  assert.ok((order[0] ?? 0) < (order[1] ?? 0), `${order}`)
  const still = await stillOf(photo)
  assert.equal(still.length, photo.length - CLIP.length - 8)
  assert.ok((await pixels(still)).equals(await pixels(AVIF)))
  const tags = exiftool(written('still.avif', still), '-a', '-G1', '-s', '-validate', '-warning', '-all')
  assert.match(tags, /Title\s*: Lake/)
  assert.match(tags, /Validate\s*: OK/)
  assert.doesNotMatch(tags, /Motion|DirectoryItem/)
  assert.equal((await inspect(bytesSource(still)))?.kind, 'still')
})

test('a JPEG keeps what else its XMP says, and every byte of its picture', async () => {
  for (const [form, camera, elements] of [
    ['attributes', `${MOTION()} ${MICRO(CLIP.length)} xmlns:dc="u:dc" dc:format="image/jpeg"`, ''],
    ['elements', 'xmlns:dc="u:dc" dc:format="image/jpeg"', `<GCamera:MotionPhoto>1</GCamera:MotionPhoto>`],
  ] as const) {
    const head = jpegXmp({ camera, elements, items: ITEMS(CLIP.length) })
    const still = await stillOf(Buffer.concat([head, CLIP]))
    assert.equal(still.length, head.length)
    const text = still.toString('latin1')
    assert.doesNotMatch(text, /Motion|MicroVideo|Directory/, form)
    assert.match(text, /dc:format="image\/jpeg"/)
    assert.ok((await pixels(still)).equals(await pixels(JPEG)))
  }
})

test('a gain map stays, and is still told of', async () => {
  const map = ITEM('image/jpeg', 'GainMap', `Item:Length="${JPEG.length}"`)
  const [primary = '', video = ''] = ITEMS(CLIP.length).split(/(?<=<\/rdf:li>)/)
  const head = Buffer.concat([jpegXmp({ camera: MOTION(), items: primary + map + video }), JPEG])
  const still = await stillOf(Buffer.concat([head, CLIP]))
  assert.equal(still.length, head.length)
  assert.ok(still.subarray(-JPEG.length).equals(JPEG))
  assert.match(still.toString('latin1'), /Semantic="Primary".*Semantic="GainMap"/)
  assert.doesNotMatch(still.toString('latin1'), /Motion/)
})

test("Samsung's trailer goes with its video, and a still of several packets says nothing in any of them", async () => {
  const head = jpegXmp({ camera: MOTION(), items: ITEMS(sef(CLIP).length - 24, 24) })
  const still = await stillOf(Buffer.concat([head, sef(CLIP)]))
  assert.equal(still.length, head.length)
  assert.doesNotMatch(still.toString('latin1'), /Motion|SEF/)
})
