// motion-photo: the still and the clip of a photo, by what its XMP says; and no guesses where it says nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitMotionPhoto } from '../../sdk/index.ts'

const CLIP = Buffer.from('....ftypmp42 and what follows')
const DIRECTORY = (length: number | string) =>
  `<rdf:Description GCamera:MotionPhotoPresentationTimestampUs="1500000"><Container:Directory><rdf:Seq>` +
  `<rdf:li><Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0"/></rdf:li>` +
  `<rdf:li><Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="${length}"/></rdf:li>`

test('a photo is taken apart where its directory says', () => {
  const photo = jpeg(DIRECTORY(CLIP.length))
  const parts = splitMotionPhoto(Buffer.concat([photo, CLIP]))
  assert.deepEqual(Buffer.from(parts?.clip ?? []), CLIP)
  assert.deepEqual(Buffer.from(parts?.still ?? []), photo)
  assert.equal(parts?.presentationUs, 1_500_000)
})

const OTHERS: Readonly<Record<string, Buffer<ArrayBuffer>>> = {
  'an empty file': Buffer.alloc(0),
  'an MP4': CLIP,
  'a picture without a directory': Buffer.concat([jpeg('<x:xmpmeta/>'), CLIP]),
  'a length of more than there is': Buffer.concat([jpeg(DIRECTORY(10_000)), CLIP]),
  'a length of nothing': Buffer.concat([jpeg(DIRECTORY(0)), CLIP]),
  'a length that is no number': Buffer.concat([jpeg(DIRECTORY('many')), CLIP]),
  'a picture cut off in its first segment': jpeg(DIRECTORY(CLIP.length)).subarray(0, 7),
}

for (const [what, bytes] of Object.entries(OTHERS))
  test(`${what} is no motion photo`, () => assert.equal(splitMotionPhoto(bytes), undefined))

function jpeg(xmp: string): Buffer<ArrayBuffer> {
  const segment = (marker: number, content: string) => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(content.length + 2, 2)
    return Buffer.concat([head, Buffer.from(content)])
  }
  const app0 = segment(0xe0, 'JFIF\0')
  const app1 = segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${xmp}`)
  return Buffer.concat([Buffer.from([0xff, 0xd8]), app0, app1, segment(0xda, '\0\0'), Buffer.from([1, 2, 0xff, 0xd9])])
}
