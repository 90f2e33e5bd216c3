// good-photos: every reader finds the very bytes in the photos that are meant for it, and exiftool agrees.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from '../../../../src/features/motion-photos/inspection.ts'
import { type ReaderName, readAll, works } from '../../../../src/features/motion-photos/readers/index.ts'
import * as samples from './samples.ts'
import { bytesSource, CLIP, directory, ITEM, ITEMS, JPEG, jpegXmp, MICRO, MOTION, photoOf, sef } from './samples.ts'

const length = CLIP.length
const ELEMENTS =
  '<GCamera:MotionPhoto>1</GCamera:MotionPhoto><GCamera:MotionPhotoVersion>1</GCamera:MotionPhotoVersion>' +
  '<GCamera:MotionPhotoPresentationTimestampUs>500000</GCamera:MotionPhotoPresentationTimestampUs>'
const otherPrefix = () => Buffer.concat([samples.jpegWith(samples.xmpSegment(renamed())), CLIP])
const renamed = () => samples.xmp({ camera: MOTION(), items: ITEMS(length) }).replace(/GCamera/g, 'foto')
const gainMap = ITEM('image/jpeg', 'Primary') + ITEM('image/jpeg', 'GainMap', `Item:Length="${JPEG.length}"`)
const ultraHdr = gainMap + ITEM('video/mp4', 'MotionPhoto', `Item:Length="${length}"`)

const quickTime = samples.xmp({ camera: MOTION(), items: ITEMS(length).replace('video/mp4', 'video/quicktime') })

const PHOTOS: readonly [title: string, photo: Buffer, working: readonly ReaderName[], kind: string][] = [
  ['both sets of tags', samples.googlePhoto(), ['google', 'media3', 'microvideo', 'brute'], 'motion_photo'],
  [
    'only the tags of 1.0',
    Buffer.concat([jpegXmp({ camera: MOTION(), items: ITEMS(length) }), CLIP]),
    ['google', 'media3', 'brute'],
    'motion_photo',
  ],
  [
    'only MicroVideo',
    Buffer.concat([jpegXmp({ camera: MICRO(length) }), CLIP]),
    ['media3', 'microvideo', 'brute'],
    'micro_video',
  ],
  [
    'elements in place of attributes',
    Buffer.concat([jpegXmp({ elements: ELEMENTS, items: ITEMS(length) }), CLIP]),
    ['google', 'brute'],
    'motion_photo',
  ],
  ['prefixes that nobody else uses', otherPrefix(), ['google', 'brute'], 'motion_photo'],
  [
    'a gain map',
    Buffer.concat([jpegXmp({ camera: MOTION(), items: ultraHdr }), JPEG, CLIP]),
    ['google', 'media3', 'brute'],
    'motion_photo',
  ],
  ['a Samsung trailer and XMP', samples.samsungPhoto(), ['google', 'media3', 'samsung', 'brute'], 'motion_photo'],
  ['a Samsung trailer alone', Buffer.concat([JPEG, sef(CLIP)]), ['samsung', 'brute'], 'samsung'],
  ['HEIC', samples.heicPhoto(), ['google', 'media3', 'heic', 'brute'], 'motion_photo'],
  [
    "Samsung's boxes and no XMP",
    Buffer.concat([samples.heicStill(''), samples.box('mpvd', CLIP), samples.box('sefd', sef(Buffer.alloc(12)))]),
    ['google', 'media3', 'heic', 'brute'],
    'motion_photo',
  ],
  [
    'a video that is said to be QuickTime, and other segments before the XMP',
    Buffer.concat([
      samples.jpegWith(
        samples.segment(0xe2, 'ICC_PROFILE'),
        samples.segment(0xfe, 'hello'),
        samples.xmpSegment(quickTime),
      ),
      CLIP,
    ]),
    ['media3', 'brute'],
    'motion_photo',
  ],
  [
    'HEIC without XMP',
    Buffer.concat([samples.heicStill(''), samples.box('mpvd', CLIP)]),
    ['media3', 'heic', 'brute'],
    'motion_photo',
  ],
  [
    'a line of text at the end, as Huawei writes it',
    Buffer.concat([JPEG, CLIP, Buffer.from('v2_f35              0:0 LIVE_12345')]),
    ['brute'],
    'huawei',
  ],
  ['a video that nothing tells of', Buffer.concat([JPEG, CLIP]), ['brute'], 'appended_video'],
]

for (const [title, photo, working, kind] of PHOTOS)
  test(`a photo with ${title} works for ${working.join(', ')}`, async () => {
    const verdicts = await readAll(await photoOf(photo))
    const names = Object.entries(verdicts).flatMap(([name, verdict]) => (works(verdict) ? [name] : []))
    assert.deepEqual(names, working, JSON.stringify(verdicts, null, 1))
    const found = await inspect(bytesSource(photo))
    assert.equal(found?.kind, kind)
    const { offset = 0, length = 0 } = found?.clip ?? {}
    assert.ok(photo.subarray(offset, offset + length).equals(CLIP))
  })

test('a reader that gives up says why', async () => {
  const verdicts = await readAll(await photoOf(otherPrefix()))
  assert.deepEqual(verdicts.media3.problems, [
    { level: 'error', message: 'An rdf:Description does not have MotionPhoto as an attribute of its own' },
  ])
})

test('the timestamp is told also where the lengths are wrong', async () => {
  for (const wrong of [length - 1, length + 7, 1, 99 * length]) {
    const found = await inspect(bytesSource(Buffer.concat([jpegXmp({ camera: MOTION(), items: ITEMS(wrong) }), CLIP])))
    assert.deepEqual([found?.timestampUs, found?.verdicts.google.found], [500_000, false])
  }
})

test('the timestamp and the size of the picture are told', async () => {
  const jpeg = await inspect(bytesSource(samples.googlePhoto()))
  assert.deepEqual([jpeg?.timestampUs, jpeg?.photo.widthPx, jpeg?.photo.heightPx], [500_000, 96, 64])
  const heic = await inspect(bytesSource(samples.heicPhoto()))
  assert.deepEqual([heic?.timestampUs, heic?.photo.widthPx, heic?.photo.heightPx], [500_000, 320, 240])
})

test('the still is the pictures to their last byte, with the gain map and without what stands before the video', async () => {
  const still = async (photo: Buffer) => {
    const { length } = (await inspect(bytesSource(photo)))?.still ?? { length: 0 }
    return photo.subarray(0, length)
  }
  const google = samples.googlePhoto()
  assert.ok((await still(google)).equals(google.subarray(0, google.length - length)))
  const samsung = samples.samsungPhoto()
  assert.ok((await still(samsung)).equals(samsung.subarray(0, samsung.length - sef(CLIP).length)))
  const heic = samples.heicPhoto()
  assert.ok((await still(heic)).equals(heic.subarray(0, heic.length - length - 8)))
  const hdr = Buffer.concat([jpegXmp({ camera: MOTION(), items: ultraHdr }), JPEG, CLIP])
  assert.ok((await still(hdr)).equals(hdr.subarray(0, hdr.length - length)))
})

test('an extended packet of XMP is put together and read', async () => {
  const digest = 'A'.repeat(32)
  const main = samples.wrapped(
    `<rdf:Description xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${digest}"/>`,
  )
  const extended = Buffer.from(samples.xmp({ camera: MOTION(), items: ITEMS(length) }))
  const piece = (from: number, to: number) => {
    const numbers = Buffer.alloc(8)
    numbers.writeUInt32BE(extended.length)
    numbers.writeUInt32BE(from, 4)
    return samples.segment(0xe1, 'http://ns.adobe.com/xmp/extension/\0', digest, numbers, extended.subarray(from, to))
  }
  const still = samples.jpegWith(samples.xmpSegment(main), piece(300, extended.length), piece(0, 300))
  const { google, media3 } = await readAll(await photoOf(Buffer.concat([still, CLIP])))
  assert.ok(works(google))
  assert.ok(!media3.found)
})

test('of a video of 500 MB only a little is read', async () => {
  const extraBytes = 500_000_000
  const camera = `${MOTION()} ${MICRO(CLIP.length + extraBytes)}`
  const filling = Buffer.from('\0\0\0\0free')
  filling.writeUInt32BE(extraBytes)
  const start = Buffer.concat([jpegXmp({ camera, items: ITEMS(CLIP.length + extraBytes) }), CLIP, filling])
  let readBytes = 0
  const source = {
    sizeBytes: start.length - filling.length + extraBytes,
    async read(offset: number, length: number) {
      readBytes += length
      return Buffer.concat([start.subarray(offset, offset + length), Buffer.alloc(length)]).subarray(0, length)
    },
  }
  const found = await inspect(source)
  assert.ok(found && works(found.verdicts.google) && works(found.verdicts.microvideo) && works(found.verdicts.brute))
  assert.ok(readBytes < 3_000_000, `${readBytes} bytes were read`)
})

for (const [vendor, namespace] of [
  ['oppo', 'http://ns.oplus.com/photos/1.0/camera/'],
  ['xiaomi', 'http://ns.xiaomi.com/photos/1.0/camera/'],
  ['vivo', 'http://ns.vivo.com/photos/1.0/camera/'],
] as const)
  test(`the camera is known to be of ${vendor}`, async () => {
    const camera = `${MICRO(length)} xmlns:v="${namespace}" v:XMPMeta="&lt;?xml version='1.0'?&gt;"`
    const found = await inspect(bytesSource(Buffer.concat([jpegXmp({ camera }), CLIP])))
    assert.deepEqual([found?.vendor, found?.kind], [vendor, 'micro_video'])
  })

const exiftool = (file: string, ...args: readonly string[]) =>
  execFileSync('exiftool', [...args, file], { maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] })

test('exiftool finds the same video, the same trailer and the same tags', () => {
  const google = join(directory, 'google_MP.jpg')
  writeFileSync(google, samples.googlePhoto())
  assert.ok(exiftool(google, '-ee', '-b', '-EmbeddedVideo').equals(CLIP))
  const tags = exiftool(google, '-a', '-G1', '-s', '-XMP:all').toString()
  assert.match(tags, /XMP-GCamera\]\s+MotionPhotoPresentationTimestampUs\s*: 500000/)
  // Later versions print the photo's own length before it, which is 0.
  assert.match(tags, new RegExp(`DirectoryItemLength\\s*: (0, )?${length}`))
  const samsung = join(directory, 'samsung_MP.jpg')
  writeFileSync(samsung, samples.samsungPhoto())
  assert.ok(exiftool(samsung, '-b', '-EmbeddedVideoFile').equals(CLIP))
})

test('a real AVIF whose XMP exiftool has written is read like any other', async () => {
  const avif = join(directory, 'real_MP.avif')
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48', '-frames:v', '1', '-pix_fmt', 'yuv420p']
  const encoder = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-still-picture', '1']
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, ...encoder, avif])
  const packet = join(directory, 'packet.xmp')
  writeFileSync(packet, samples.xmp({ camera: MOTION(), items: ITEMS(length, 8, 'image/avif') }))
  exiftool(avif, '-overwrite_original', '-tagsfromfile', packet, '-xmp')
  const photo = Buffer.concat([readFileSync(avif), samples.box('mpvd', CLIP)])
  const found = await inspect(bytesSource(photo))
  assert.deepEqual([found?.photo.mime, found?.photo.widthPx, found?.photo.heightPx], ['image/avif', 64, 48])
  assert.ok(found && works(found.verdicts.heic) && works(found.verdicts.google), JSON.stringify(found?.verdicts.google))
  assert.equal(found.timestampUs, 500_000)
})
