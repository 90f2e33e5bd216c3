// mark.test: notes go into a picture without changing what it shows, and are read by others.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { markPicture } from '../../../../src/features/images/provenance/mark.ts'
import type { PictureNotes } from '../../../../src/features/images/provenance/notes.ts'

const NOTES: PictureNotes = {
  ...{ provider: 'Replicate', model: 'stability-ai/sdxl', kind: 'trained', seed: 12345, number: 2 },
  prompt: 'an owl & a "moon" <at> night\nin 雨, 🦉 — it’s \u0000fine',
  negativePrompt: 'blurry',
  software: 'Kinora 0.1.0',
}

const directory = mkdtempSync(join(tmpdir(), 'kinora-mark-'))
after(() => rmSync(directory, { recursive: true, force: true }))

// Noise: no encoder makes two of it alike by chance.
const pixels = Buffer.from(Array.from({ length: 61 * 47 * 4 }, (_, n) => (n * 7919 + (n >> 3) * 31) % 251))
const picture = (alpha: 3 | 4) =>
  sharp(pixels.subarray(0, 61 * 47 * alpha), { raw: { width: 61, height: 47, channels: alpha } })

const PICTURES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a PNG': () => picture(3).png().toBuffer(),
  'a PNG with alpha and other notes': () => picture(4).png().withXmp(OTHER).toBuffer(),
  'a PNG as AUTOMATIC1111 writes it': async () => {
    const png = await picture(3).png().toBuffer()
    const text = Buffer.from('tEXtparameters\0a secret owl')
    const [before, after] = [Buffer.alloc(4), Buffer.alloc(4)]
    before.writeUInt32BE(text.length - 4)
    after.writeUInt32BE(crc32(text))
    return Buffer.concat([png.subarray(0, 33), before, text, after, png.subarray(33)])
  },
  'a JPEG': () => picture(3).jpeg().toBuffer(),
  'a JPEG with Exif, a profile and other notes': () =>
    picture(3)
      .withExif({ IFD0: { Artist: 'a secret owl' } })
      .withIccProfile('p3')
      .jpeg()
      .withXmp(OTHER)
      .toBuffer(),
  'a lossy WebP': () => picture(3).webp({ quality: 60 }).toBuffer(),
  'a lossless WebP': () => picture(3).webp({ lossless: true }).toBuffer(),
  'a lossless WebP with alpha': () => picture(4).webp({ lossless: true }).toBuffer(),
  'a lossy WebP with alpha and other notes': () =>
    picture(4)
      .withExif({ IFD0: { Artist: 'a secret owl' } })
      .webp({ quality: 60 })
      .withXmp(OTHER)
      .toBuffer(),
}
const OTHER =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="other"/></rdf:RDF></x:xmpmeta>'

for (const [name, make] of Object.entries(PICTURES))
  describe(name, () => {
    test('shows what it showed', async () => {
      const before = await make()
      const marked = markPicture(before, NOTES)
      const [one, other] = await Promise.all([before, marked].map(bytes => sharp(bytes).raw().toBuffer()))
      assert.deepEqual(other, one)
      assert.ok(marked.length > before.length - OTHER.length)
    })

    test('says how it was made, and nothing that others have said of another', async () => {
      const marked = markPicture(await make(), NOTES)
      assert.ok(!marked.includes('secret'))
      const told = read(marked)
      assert.equal(told['XMP-xmp:CreatorTool'], 'Kinora 0.1.0')
      const sourceType = Object.entries(told).find(([tag]) => /:DigitalSourceType$/i.test(tag))?.[1]
      assert.equal(sourceType, 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia')
      const ours = Object.fromEntries(
        Object.entries(told)
          .filter(([tag]) => tag.includes('kinora:'))
          .map(([tag, value]) => [tag.replace(/.*:/, ''), value]),
      )
      assert.deepEqual(ours, {
        ...{ Provider: 'Replicate', Model: 'stability-ai/sdxl', Seed: 12345, Number: 2, NegativePrompt: 'blurry' },
        Prompt: 'an owl & a "moon" <at> night\nin 雨, 🦉 — it’s fine',
      })
      assert.ok(!JSON.stringify(told).includes('"other"'))
    })

    test('is the same when it is marked again', async () => {
      const marked = markPicture(await make(), NOTES)
      assert.deepEqual(markPicture(marked, NOTES), marked)
    })

    test('is a sound file', async () => {
      const file = write(markPicture(await make(), NOTES))
      assert.match(exiftool('-validate', '-warning', '-a', file), /Validate\s*: OK/)
    })
  })

test('what whoever asked keeps private is not told', async () => {
  const { prompt: _prompt, negativePrompt: _negative, ...quiet } = NOTES
  const marked = markPicture(await picture(3).png().toBuffer(), quiet)
  assert.doesNotMatch(JSON.stringify(read(marked)), /owl|blurry/)
})

test('a program that paints is not called a model that was trained', async () => {
  const marked = markPicture(await picture(3).png().toBuffer(), { ...NOTES, kind: 'algorithmic' })
  assert.ok(marked.includes('digitalsourcetype/algorithmicMedia'))
  assert.ok(!marked.includes('AISystemUsed'))
})

test('a picture that its maker has signed stays as it is', async () => {
  const png = await picture(3).png().toBuffer()
  // A chunk of a length that is right, after the header; its contents are the maker's.
  const signed = Buffer.concat([
    png.subarray(0, 33),
    Buffer.from('00000004'.concat('63614258', '6a756d62', 'd1a9f6a4'), 'hex'),
    png.subarray(33),
  ])
  assert.equal(markPicture(signed, NOTES), signed)
  const { prompt: _prompt, ...secret } = NOTES
  assert.deepEqual(markPicture(signed, secret), markPicture(png, secret))
})

test('the longest words that there can be fit into a JPEG', async () => {
  const longest = '"'.repeat(4000)
  const marked = markPicture(await picture(3).jpeg().toBuffer(), { ...NOTES, prompt: longest, negativePrompt: longest })
  assert.ok(Object.values(read(marked)).includes(longest))
})

test('bytes that fill up a JPEG between its segments are no harm', async () => {
  const jpeg = await picture(3).jpeg().toBuffer()
  const filled = Buffer.concat([jpeg.subarray(0, 2), Buffer.from('ffff', 'hex'), jpeg.subarray(2)])
  const marked = markPicture(filled, NOTES)
  assert.deepEqual(await sharp(marked).raw().toBuffer(), await sharp(jpeg).raw().toBuffer())
  assert.equal(read(marked)['XMP-xmp:CreatorTool'], 'Kinora 0.1.0')
})

for (const [name, cut] of [
  ['ends in the middle', (bytes: Buffer) => bytes.subarray(0, 40)],
  [
    'has a length that is wrong',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.from('7fffffff', 'hex'), bytes.subarray(12)]),
  ],
  ['is HTML', () => Buffer.from('<!doctype html><title>not here</title>')],
] as const)
  test(`what ${name} is no picture`, async () => {
    const png = await picture(3).png().toBuffer()
    assert.throws(() => markPicture(cut(png), NOTES), { code: 'provider_failed' })
  })

function write(bytes: Buffer): string {
  const file = join(directory, 'picture')
  writeFileSync(file, bytes)
  return file
}

function read(bytes: Buffer): Record<string, unknown> {
  return JSON.parse(exiftool('-json', '-a', '-G1', '-XMP:all', '-n', write(bytes)))[0]
}

function exiftool(...words: string[]): string {
  return execFileSync('exiftool', words, { encoding: 'utf8' })
}
