// covers: date, place, colours and gain map of a cover stay in the photo that is made with it, and those of the clip do.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { LIST_BYTES, pictureList } from '../../../../src/features/motion-photos/cover/picture-list.ts'
import { inspect } from '../../../../src/features/motion-photos/inspection.ts'
import { works } from '../../../../src/features/motion-photos/readers/index.ts'
import { stillPieces } from '../../../../src/features/motion-photos/still.ts'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import type { House } from '../../../fixtures/house.ts'
import { bytesSource, directory, ITEM, segment, xmp, xmpSegment } from '../readers/samples.ts'
import { asked, keep, make } from './kept.ts'

const run = promisify(execFile)

async function exiftool(...args: string[]): Promise<Buffer> {
  return (await run('exiftool', args, { encoding: 'buffer', maxBuffer: 2 ** 26 })).stdout
}

async function tagsOf(file: string): Promise<Record<string, unknown>> {
  return JSON.parse((await exiftool('-json', '-n', '-G1', '-a', '-ee', file)).toString())[0]
}

// As an iPhone and as an Android telephone tell it: by the clock of the place, and in UTC.
const CLIPS: Readonly<
  Record<string, { name: string; tags: string[]; date: string; offset: string; altitude?: number }>
> = {
  'an iPhone': {
    name: 'apple.mov',
    tags: [
      ...['-movflags', 'use_metadata_tags', '-metadata', 'com.apple.quicktime.creationdate=2024-05-06T09:08:07+0200'],
      ...['-metadata', 'com.apple.quicktime.location.ISO6709=-33.8688+151.2093+058.250/'],
      ...['-metadata', 'creation_time=2024-05-06T11:22:33Z'],
    ],
    ...{ date: '2024:05:06 09:08:07', offset: '+02:00', altitude: 58.25 },
  },
  'an Android telephone': {
    name: 'android.mp4',
    tags: ['-metadata', 'creation_time=2024-05-06T07:08:07Z', '-metadata', 'location=-33.8688+151.2093/'],
    ...{ date: '2024:05:06 07:08:07', offset: '+00:00' },
  },
}
const UNTIDY = { seconds: 2.37, size: '162x90', rate: '30000/1001' } as const
const COVER = { widthPx: 160, heightPx: 120 }

export function covers(opened: () => House): void {
  describe('what is said of a picture', () => {
    let house: House
    let dated: string
    before(async () => {
      house = opened()
      const { tags: extra, name } = CLIPS['an Android telephone'] ?? assert.fail()
      dated = await keep(house, await makeClip(house.uploads, { ...UNTIDY, name, extra }))
    })

    async function photoWith(cover: string, params: Partial<Parameters<typeof asked>[0]> = {}) {
      const { file } = await make(
        house,
        convertSteps(asked({ source: dated, cover: await keep(house, cover), ...params })),
      )
      await assertSound(file)
      return { file, tags: await tagsOf(file) }
    }

    for (const [whose, { name, tags: extra, date, offset, altitude }] of Object.entries(CLIPS))
      test(`the photo says when and where ${whose} filmed its clip`, async () => {
        const source = await keep(house, await makeClip(house.uploads, { ...UNTIDY, name, extra }))
        const { file } = await make(house, convertSteps(asked({ source })))
        await assertSound(file)
        const tags = await tagsOf(file)
        const times = ['ExifIFD:DateTimeOriginal', 'ExifIFD:CreateDate', 'IFD0:ModifyDate'].map(tag => tags[tag])
        assert.deepEqual(times, [date, date, date])
        assert.equal(tags['ExifIFD:OffsetTimeOriginal'], offset)
        assert.equal(tags['XMP-exif:DateTimeOriginal'], `${date}${offset}`)
        near(tags['Composite:GPSLatitude'], -33.8688)
        near(tags['Composite:GPSLongitude'], 151.2093)
        near(tags['XMP-exif:GPSLatitude'], -33.8688)
        assert.equal(tags['GPS:GPSAltitude'], altitude)
      })

    test('the bytes of a JPEG are the still, with its date, its place, its profile and its turn', async () => {
      const cover = join(house.uploads, 'p3.jpg')
      await writeFile(cover, await cameraJpeg())
      const { file, tags } = await photoWith(cover)
      const pixels = async (path: string) =>
        await sharp(await readFile(path))
          .raw()
          .toBuffer()
      assert.ok((await pixels(file)).equals(await pixels(cover)))
      assertCamera(tags, 6)
      assert.equal(tags['XMP-GCamera:MotionPhoto'], 1)
      // The clip's date is no better than the camera's own.
      assert.equal(tags['XMP-exif:DateTimeOriginal'], undefined)
    })

    for (const [kind, limits] of [
      ['jpeg', { maxSidePx: 100 }],
      ['png', {}],
      ['webp', {}],
    ] as const)
      test(`a ${kind} that is made anew keeps all of them, and stands upright`, async () => {
        const cover = join(house.uploads, `camera.${kind}`)
        const { exif, icc } = await sharp(await cameraJpeg()).metadata()
        assert.ok(exif && icc)
        const picture = sharp(await cameraJpeg()).keepMetadata()
        await writeFile(cover, await (kind === 'jpeg' ? cameraJpeg() : picture.toFormat(kind).toBuffer()))
        const { tags } = await photoWith(cover, limits)
        assertCamera(tags, 1)
        const size = kind === 'jpeg' ? [75, 100] : [tags['ExifIFD:ExifImageWidth'], tags['ExifIFD:ExifImageHeight']]
        assert.deepEqual([tags['File:ImageWidth'], tags['File:ImageHeight']], size)
      })

    test('a picture that says nothing but its colours gets the date of the clip', async () => {
      const cover = join(house.uploads, 'plain.png')
      await sharp({ create: { width: 62, height: 40, channels: 3, background: '#c04020' } })
        .withIccProfile('p3')
        .toFile(cover)
      const { tags } = await photoWith(cover)
      const names = ['ExifIFD:ColorSpace', 'ExifIFD:DateTimeOriginal', 'IFD0:Orientation']
      assert.deepEqual(
        names.map(name => tags[name]),
        [65_535, '2024:05:06 07:08:07', 1],
      )
      assert.match(String(tags['ICC_Profile:ProfileDescription']), /P3/)
    })

    for (const layout of ['google', 'samsung'] as const)
      test(`a gain map stays behind its picture and is found there, as ${layout} lays it out`, async () => {
        const cover = join(house.uploads, 'hdr.jpg')
        const { bytes, map } = await ultraHdr()
        await writeFile(cover, bytes)
        const { file, tags } = await photoWith(cover, { layout })
        assert.ok((await exiftool('-b', '-MPImage2', file)).equals(map))
        assert.equal(Number(tags['XMP-hdrgm:HDRGMVersion'] ?? tags['XMP-hdrgm:Version']), 1)
        assert.equal(tags['XMP-dc:Title'], 'Lake')
        assert.deepEqual(tags['XMP-GContainer:DirectoryItemSemantic'] ?? semantics(await readFile(file)), [
          ...['Primary', 'GainMap', 'MotionPhoto'],
        ])
        const smaller = await photoWith(cover, { layout, maxSidePx: 80 })
        assert.deepEqual(semantics(await readFile(smaller.file)), ['Primary', 'MotionPhoto'])
        assert.doesNotMatch(await readFile(smaller.file, 'latin1'), /hdrgm|MPF\0/)
        // Taken apart again, it is what it was: a picture with a gain map.
        const photo = await readFile(file)
        const found = (await inspect(bytesSource(photo))) ?? assert.fail()
        const pieces = await stillPieces(found)
        const still = Buffer.concat(
          pieces.map(piece =>
            Buffer.isBuffer(piece) ? piece : photo.subarray(piece.offset, piece.offset + piece.length),
          ),
        )
        assert.doesNotMatch(still.toString('latin1'), /MotionPhoto|MicroVideo/)
        await writeFile(cover, still)
        assert.ok((await exiftool('-b', '-MPImage2', cover)).equals(map))
        assert.deepEqual(semantics(still), ['Primary', 'GainMap'])
        assert.match(still.toString('latin1'), new RegExp(`"GainMap" Item:Length="${map.length}"`))
        assert.match((await exiftool('-validate', '-warning', '-a', cover)).toString(), /Validate +: OK/)
      })
  })
}

function near(found: unknown, wanted: number): void {
  assert.ok(Math.abs(Number(found) - wanted) < 1e-6, `${found} instead of ${wanted}`)
}

function semantics(bytes: Buffer): string[] {
  return [...bytes.toString('latin1').matchAll(/Item:Semantic="(\w+)"/g)].map(([, name = '']) => name)
}

// Nothing in it contradicts itself, for exiftool and for every reader that plays such photos.
async function assertSound(file: string): Promise<void> {
  assert.match((await exiftool('-validate', '-warning', '-a', file)).toString(), /^Validate +: OK\n$/)
  const { verdicts } = (await inspect(bytesSource(await readFile(file)))) ?? assert.fail()
  for (const name of ['google', 'media3', 'microvideo'] as const)
    assert.ok(works(verdicts[name]), JSON.stringify(verdicts[name]))
}

/** Lying on its side, in the colours of newer telephones, with a place in the southern hemisphere. */
async function cameraJpeg(): Promise<Buffer> {
  const { widthPx: width, heightPx: height } = COVER
  const picture = sharp({ create: { width, height, channels: 3, background: '#c04020' } }).withIccProfile('p3')
  const file = join(directory, `${randomUUID()}.jpg`)
  await picture.jpeg().toFile(file)
  const place = ['-GPSLatitude=22 57 6', '-GPSLatitudeRef=S', '-GPSLongitude=43 12 36', '-GPSLongitudeRef=W']
  const time = ['-DateTimeOriginal=2020:02:03 04:05:06', '-OffsetTimeOriginal=-03:00']
  const camera = ['-Make=Kamera', '-Orientation#=6', '-LensModel=Made of glass', `-ExifImageWidth=${width}`]
  await exiftool('-q', '-overwrite_original', ...camera, `-ExifImageHeight=${height}`, ...time, ...place, file)
  return await readFile(file)
}

function assertCamera(tags: Record<string, unknown>, orientation: number): void {
  const names = ['IFD0:Make', 'ExifIFD:DateTimeOriginal', 'ExifIFD:OffsetTimeOriginal', 'ExifIFD:LensModel']
  assert.deepEqual(
    names.map(name => tags[name]),
    ['Kamera', '2020:02:03 04:05:06', '-03:00', 'Made of glass'],
  )
  near(tags['Composite:GPSLatitude'], -(22 + 57 / 60 + 6 / 3600))
  near(tags['Composite:GPSLongitude'], -(43 + 12 / 60 + 36 / 3600))
  assert.match(String(tags['ICC_Profile:ProfileDescription']), /P3/)
  assert.equal(tags['IFD0:Orientation'], orientation)
}

/** A picture with a gain map, as newer telephones write it, and the map. */
async function ultraHdr(): Promise<{ bytes: Buffer; map: Buffer }> {
  const hdr = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
  const small = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer()
  const map = put(small, xmpSegment(xmp({ camera: `${hdr} hdrgm:GainMapMin="0" hdrgm:GainMapMax="2"` })))
  const items = ITEM('image/jpeg', 'Primary') + ITEM('image/jpeg', 'GainMap', `Item:Length="${map.length}"`)
  const title = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Lake</rdf:li></rdf:Alt></dc:title>'
  const said = xmp({ camera: `${hdr} xmlns:dc="http://purl.org/dc/elements/1.1/"`, elements: title, items })
  const plain = await sharp(await cameraJpeg())
    .keepMetadata()
    .jpeg()
    .toBuffer()
  const listed = (list: Buffer) => put(plain, xmpSegment(said), segment(0xe2, list))
  const listAt = 2 + xmpSegment(said).length + 4
  return {
    map,
    bytes: Buffer.concat([listed(pictureList(listAt, listed(Buffer.alloc(LIST_BYTES)).length, map.length)), map]),
  }
}

// Right behind the start.
function put(jpeg: Buffer, ...segments: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
}
