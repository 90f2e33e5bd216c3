// broken-photos: files that are wrong on purpose, each with the verdict that it deserves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ReaderName, readAll, works } from '../../../../src/features/motion-photos/readers/index.ts'
import * as samples from './samples.ts'
import {
  box,
  CLIP,
  heicStill,
  ITEM,
  ITEMS,
  JPEG,
  jpegWith,
  jpegXmp,
  MICRO,
  MOTION,
  NAMESPACES,
  photoOf,
  sef,
  segment,
  wrapped,
  xmp,
  xmpSegment,
} from './samples.ts'

const length = CLIP.length
const PRIMARY = ITEM('image/jpeg', 'Primary')
const VIDEO = ITEM('video/mp4', 'MotionPhoto', `Item:Length="${length}"`)

const google = (camera: string, items: string, clip = CLIP) => Buffer.concat([jpegXmp({ camera, items }), clip])
const micro = (camera: string, clip = CLIP) => Buffer.concat([jpegXmp({ camera }), clip])
const packet = (text: string) => Buffer.concat([jpegWith(xmpSegment(text)), CLIP])
const good = xmp({ camera: MOTION(), items: ITEMS(length) })
const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${good}`
const cut = CLIP.subarray(0, length - 100)
const sound = Buffer.from(CLIP.toString('latin1').replace(/vide/g, 'abcd'), 'latin1')
const emptyMicro = Buffer.alloc(length)
const mpvdHead = (size: number) => {
  const head = box('mpvd')
  head.writeUInt32BE(size)
  return head
}

const BROKEN: readonly [
  title: string,
  reader: ReaderName,
  file: Buffer,
  problem: RegExp,
  verdict?: 'plays' | 'found',
][] = [
  ['no XMP', 'google', Buffer.concat([JPEG, CLIP]), /no XMP/],
  [
    'MotionPhoto 0',
    'google',
    google(MOTION().replace('Photo="1"', 'Photo="0"'), ITEMS(length)),
    /must be 1, and is "0"/,
  ],
  ['MotionPhoto missing', 'google', google('', ITEMS(length)), /must be 1, and is missing/],
  ['MicroVideo tags alone', 'google', micro(MICRO(length)), /must be 1/],
  ['no version', 'google', google('GCamera:MotionPhoto="1"', ITEMS(length)), /Version must be 1/, 'found'],
  ['version 2', 'google', google(MOTION().replace('Version="1"', 'Version="2"'), ITEMS(length)), /is "2"/, 'found'],
  [
    'no timestamp',
    'google',
    google('GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"', ITEMS(length)),
    /Us is missing/,
    'plays',
  ],
  ['a negative timestamp', 'google', google(MOTION(-1), ITEMS(length)), /is negative/, 'found'],
  ['a timestamp in words', 'google', google(MOTION('soon'), ITEMS(length)), /no number: "soon"/, 'found'],
  ['no Directory', 'google', google(MOTION(), ''), /no Container:Directory/],
  ['a single item', 'google', google(MOTION(), VIDEO), /must be Primary, MotionPhoto/, 'found'],
  ['the video first', 'google', google(MOTION(), VIDEO + PRIMARY), /must be Primary, MotionPhoto/, 'found'],
  ['two videos', 'google', google(MOTION(), PRIMARY + VIDEO + VIDEO), /must be Primary, MotionPhoto/, 'found'],
  [
    'QuickTime',
    'google',
    google(MOTION(), PRIMARY + VIDEO.replace('video/mp4', 'video/quicktime')),
    /Mime that is not allowed/,
    'found',
  ],
  ['no Length', 'google', google(MOTION(), PRIMARY + ITEM('video/mp4', 'MotionPhoto')), /does not say how long/],
  ['a negative Length', 'google', google(MOTION(), ITEMS(-5)), /said to have -5 bytes/],
  ['a Length of 2^63', 'google', google(MOTION(), ITEMS('9223372036854775808')), /longer than the whole file/],
  ['a Length of a hundred digits', 'google', google(MOTION(), ITEMS('9'.repeat(100))), /does not say how long/],
  ['a Length in hex', 'google', google(MOTION(), ITEMS('0x10')), /does not say how long/],
  ['a Length of zero', 'google', google(MOTION(), ITEMS(0)), /said to have 0 bytes/],
  ['a Length one too short', 'google', google(MOTION(), ITEMS(length - 1)), /no ftyp box; one begins 1 byte earlier/],
  ['a Length that ends too far before the end', 'microvideo', micro(MICRO(length + 7)), /; one begins 7 bytes later/],
  ['a Length that reaches into the picture', 'google', google(MOTION(), ITEMS(length + 400)), /inside the picture/],
  [
    'a Length for the Primary',
    'google',
    google(MOTION(), ITEMS(length).replace('Length="0"', 'Length="9"')),
    /must not have a Length/,
    'found',
  ],
  ['a negative Padding', 'google', google(MOTION(), ITEMS(length, -4)), /Padding is "-4"/, 'found'],
  ['a Padding that is not there', 'google', google(MOTION(), ITEMS(length, 24)), /bytes, but the file has/, 'found'],
  [
    'Padding for the video',
    'google',
    google(
      MOTION(),
      ITEMS(length).replace(`Length="${length}" Item:Padding="0"`, `Length="${length}" Item:Padding="3"`),
    ),
    /Only the first item/,
    'found',
  ],
  [
    'bytes behind the video',
    'google',
    Buffer.concat([google(MOTION(), ITEMS(length)), Buffer.alloc(9)]),
    /no ftyp box/,
  ],
  [
    'bytes before the video',
    'google',
    Buffer.concat([jpegXmp({ camera: MOTION(), items: ITEMS(length) }), Buffer.alloc(9), CLIP]),
    /bytes, but the file has/,
    'found',
  ],
  ['a video cut off', 'google', google(MOTION(), ITEMS(cut.length), cut), /cut off|no index/, 'found'],
  ['a video without pictures', 'google', google(MOTION(), ITEMS(length), sound), /no track with pictures/, 'found'],
  [
    'a picture without an end',
    'google',
    Buffer.concat([jpegXmp({ camera: MOTION(), items: ITEMS(length) }).subarray(0, -2), CLIP]),
    /has no end/,
    'plays',
  ],
  ['a document type', 'google', packet(bomb), /document type/],
  ['an entity of its own', 'google', packet(good.replace('500000', '&boom;')), /entity of its own/],
  ['half an XMP', 'google', packet(good.slice(0, good.length / 2)), /cannot be read/],
  ['elements deeper than anybody writes', 'google', packet(wrapped('<a>'.repeat(5000))), /too deep/],
  [
    'an attribute twice',
    'google',
    packet(good.replace('rdf:about=""', 'rdf:about="" rdf:about=""')),
    /same attribute twice/,
  ],
  ['elements that do not match', 'google', packet(good.replace('</rdf:Seq>', '</rdf:Bag>')), /do not match/],
  ['XMP of zeros', 'google', packet('\0'.repeat(60_000)), /ends too early/],
  ['an element of sixty thousand spaces', 'google', packet(`<a${' '.repeat(60_000)}`), /malformed/],
  [
    'another Description first',
    'media3',
    packet(wrapped(`<rdf:Description rdf:about=""/>${good}`)),
    /as an attribute of its own/,
  ],
  ['no xmpmeta', 'media3', packet(good.replace(/x:xmpmeta/g, 'x:xapmeta')), /must begin with x:xmpmeta/],
  [
    'properties as elements',
    'media3',
    packet(wrapped(`<rdf:Description ${NAMESPACES}><GCamera:MotionPhoto>1</GCamera:MotionPhoto></rdf:Description>`)),
    /as an attribute of its own/,
  ],
  ['a timestamp in words', 'media3', google(MOTION('soon'), ITEMS(length)), /timestamp is no number/],
  [
    'an item without a Mime',
    'media3',
    google(MOTION(), ITEMS(length).replace('Item:Mime="video/mp4"', '')),
    /lacks Item:Mime/,
  ],
  [
    'Matroska',
    'media3',
    google(MOTION(), ITEMS(length).replace('video/mp4', 'video/x-matroska')),
    /no item of type video\/mp4 or video\/quicktime/,
  ],
  ['MicroVideo 0', 'microvideo', micro(MICRO(length).replace('Video="1"', 'Video="0"')), /must be 1/],
  ['no offset', 'microvideo', micro('GCamera:MicroVideo="1"'), /must be a number, and is missing/],
  ['an offset of -1', 'microvideo', micro(MICRO(-1)), /-1 bytes/],
  ['an offset beyond the file', 'microvideo', micro(MICRO(length * 99)), /longer than the whole file/],
  ['an offset to nothing', 'microvideo', micro(MICRO(length), emptyMicro), /no ftyp box/],
  [
    'no version',
    'microvideo',
    micro(MICRO(length).replace(/GCamera:MicroVideoVersion="1"/, '')),
    /should be 1/,
    'plays',
  ],
  ['no trailer', 'samsung', samples.googlePhoto(), /does not end with/],
  [
    'a directory of four gigabytes',
    'samsung',
    Buffer.concat([JPEG, sef(CLIP, { bytes: 0xffffffff })]),
    /not where the end/,
  ],
  ['a directory of nothing', 'samsung', Buffer.concat([JPEG, sef(CLIP, { bytes: 0 })]), /not where the end/],
  ['four billion fields', 'samsung', Buffer.concat([JPEG, sef(CLIP, { count: 0xffffffff })]), /4294967295 fields/],
  ['no field', 'samsung', Buffer.concat([JPEG, sef(CLIP, { count: 0 })]), /no field for a video/],
  [
    'a field before the file',
    'samsung',
    Buffer.concat([JPEG, sef(CLIP, { back: 0xfffffff0 })]),
    /not where its directory/,
  ],
  ['a field elsewhere', 'samsung', Buffer.concat([JPEG, sef(CLIP, { back: 40 })]), /not where its directory/],
  ['a field of another name', 'samsung', Buffer.concat([JPEG, sef(CLIP, { name: 'MotionPhoto_Dada' })]), /not called/],
  ['a field without a video', 'samsung', Buffer.concat([JPEG, sef(Buffer.alloc(999))]), /no ftyp box/],
  ['JPEG', 'heic', samples.googlePhoto(), /Only HEIC and AVIF/],
  ['no box for a video', 'heic', heicStill(''), /no whole mpvd/],
  ['a box without an end', 'heic', Buffer.concat([heicStill(''), mpvdHead(0), CLIP]), /does not say how long/],
  ['a box longer than the file', 'heic', Buffer.concat([heicStill(''), mpvdHead(length * 2), CLIP]), /no whole mpvd/],
  ['a box shorter than its head', 'heic', Buffer.concat([heicStill(''), mpvdHead(4), CLIP]), /no whole mpvd/],
  ['an empty box', 'heic', Buffer.concat([heicStill(''), mpvdHead(8)]), /0 bytes/],
  ['two boxes', 'heic', Buffer.concat([heicStill(''), box('mpvd', CLIP), box('mpvd', CLIP)]), /2 mpvd boxes/, 'found'],
  [
    'the picture behind the video',
    'heic',
    Buffer.concat([heicStill(''), box('mpvd', CLIP), box('mdat', 'x')]),
    /must follow all boxes/,
    'found',
  ],
  [
    'a stranger behind the video',
    'heic',
    Buffer.concat([heicStill(''), box('mpvd', CLIP), box('free')]),
    /Other boxes follow/,
    'plays',
  ],
  [
    'a Padding of 0',
    'google',
    Buffer.concat([heicStill(xmp({ camera: MOTION(), items: ITEMS(length, 0, 'image/heic') })), box('mpvd', CLIP)]),
    /must be 8/,
    'found',
  ],
  ['no video', 'brute', JPEG, /Nothing in the file/],
  [
    'a word that videos begin with',
    'brute',
    Buffer.concat([JPEG, Buffer.from('....ftypmp42....'.repeat(99))]),
    /Nothing in the file/,
  ],
  [
    'ten thousand beginnings',
    'brute',
    Buffer.concat([JPEG, box('ftyp', 'mp42', '\0\0\0\0').subarray(0), ...Array(9999).fill(box('ftyp', 'mp42mp42'))]),
    /Nothing in the file/,
  ],
]

for (const [title, reader, file, problem, verdict = 'nothing'] of BROKEN)
  test(`${reader}, of ${title}: ${verdict}`, async () => {
    const said = (await readAll(await photoOf(file)))[reader]
    assert.match(said.problems.map(({ message }) => message).join('\n'), problem)
    assert.equal(works(said) ? 'plays' : said.found ? 'found' : 'nothing', verdict, JSON.stringify(said))
    assert.equal(said.clip !== undefined, said.found)
  })

test('thousands of segments, fill bytes without end and boxes without number end soon', async () => {
  const endless = [
    Buffer.concat([Buffer.from([0xff, 0xd8]), ...Array(20_000).fill(segment(0xe1, 'x'))]),
    Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(3_000_000, 0xff)]),
    Buffer.concat([box('ftyp', 'heic\0\0\0\0heic'), ...Array(20_000).fill(box('free'))]),
    Buffer.concat([box('ftyp', 'heic\0\0\0\0heic'), box('meta', '\0\0\0\0', ...Array(20_000).fill(box('iinf')))]),
  ]
  for (const file of endless) {
    const verdicts = await readAll(await photoOf(file))
    assert.ok(Object.values(verdicts).every(({ found }) => !found))
  }
})
