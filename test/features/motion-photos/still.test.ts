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

// As telephones mark it, in ways that exiftool can write.
const VENDOR =
  'xmlns:OpCamera="http://ns.oplus.com/photos/1.0/camera/" OpCamera:MotionPhotoOwner="oplus" OpCamera:OLivePhotoVersion="2" ' +
  'OpCamera:MotionPhotoPrimaryPresentationTimestampUs="500000" OpCamera:VideoLength="4711"'
const CONFIG = `%Image::ExifTool::UserDefined = ('Image::ExifTool::Exif::Main' => {
  0x8897 => { Name => 'XiaomiMoves', Writable => 'int8u', WriteGroup => 'ExifIFD' } });1;`

for (const [kind, still] of [
  ['JPEG', JPEG],
  ['AVIF', AVIF],
] as const)
  test(`a still of a ${kind} has none of the marks of vendors, and all else that its Exif says`, async () => {
    const file = written(`marked.${kind.toLowerCase()}`, still)
    const config = written('marks.config', Buffer.from(CONFIG))
    const items = ITEMS(CLIP.length, kind === 'AVIF' ? 8 : 0, kind === 'AVIF' ? 'image/avif' : 'image/jpeg')
    const packet = written('marked.xmp', Buffer.from(xmp({ camera: `${MOTION()} ${VENDOR}`, items })))
    exiftool(file, '-overwrite_original', '-tagsfromfile', packet, '-xmp')
    const marks = [
      '-XiaomiMoves=1',
      '-UserComment=Oplus_8388640',
      '-Model=Telephone',
      '-DateTimeOriginal=2024:05:06 07:08:09',
    ]
    execFileSync('exiftool', ['-config', config, '-q', '-overwrite_original', ...marks, file])
    const video =
      kind === 'AVIF' ? box('mpvd', CLIP) : Buffer.concat([CLIP, Buffer.from('v2_f35              0:0 LIVE_12345')])
    const bytes = await stillOf(Buffer.concat([readFileSync(file), video]))
    const name = written(`silent.${kind.toLowerCase()}`, bytes)
    const asking = ['-config', config, '-XiaomiMoves', '-UserComment', '-Model', '-DateTimeOriginal', '-j', '-n', name]
    const [tags] = JSON.parse(execFileSync('exiftool', asking).toString())
    assert.deepEqual(
      [tags.XiaomiMoves, tags.UserComment, tags.Model, tags.DateTimeOriginal],
      [0, 'Oplus_32', 'Telephone', '2024:05:06 07:08:09'],
    )
    assert.doesNotMatch(bytes.toString('latin1'), /Motion(?!Photo\/)|OLive|VideoLength|LIVE_|8388640/)
    assert.ok((await pixels(bytes)).equals(await pixels(still)))
  })
