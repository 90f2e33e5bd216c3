// found.test: pictures are found wherever a vendor's answer has them, each once, and nothing else is taken for one.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import sharp from 'sharp'
import { findPictures, shapeOf } from '../../../src/providers/image/found.ts'

const [A, B] = ['https://pictures.example/a.png', 'http://pictures.example/b?sig=1%2F2']
const [a, b] = [{ url: A }, { url: B }]
let base64: string
let bytes: Buffer
before(async () => {
  const canvas = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
  bytes = await canvas.png().toBuffer()
  base64 = bytes.toString('base64')
})

const ADDRESSES: readonly (readonly [answer: unknown, found: readonly object[]])[] = [
  [A, [a]],
  [
    [A, B],
    [a, b],
  ],
  [{ image: A }, [a]],
  [
    [{ url: A }, { url: B }],
    [a, b],
  ],
  [{ images: [{ url: A, width: 4, content_type: 'image/png' }], seed: 7, has_nsfw_concepts: [false] }, [a]],
  [{ output: { images: [[A], [{ image: { url: B } }]] }, status: 'ok' }, [a, b]],
  [{ image: A, mask: B, metadata: 'https://pictures.example/m.json' }, [a]],
  [{ front: A, back: B, thumbnail_url: 'https://pictures.example/t.png' }, [a, b]],
  [{ request: { image: B }, documentation_url: B, final: A }, [a]],
  [null, []],
  [{}, []],
  [[], []],
  ['a lake at dawn, in oil', []],
  [{ text: 'iVBORw0KGgo' }, []],
  [{ url: 'file:///etc/passwd', other: 'javascript:0', third: '/relative.png' }, []],
  [{ video: 'https://pictures.example/clip.mp4' }, []],
  [JSON.parse(`${'['.repeat(50)}"${A}"${']'.repeat(50)}`), []],
]

for (const [answer, found] of ADDRESSES)
  test(`in ${shapeOf(answer).slice(0, 90)} there are ${found.length}`, () => {
    assert.deepEqual(findPictures(answer), found)
  })

test('bytes are found as base64, bare or as a data URL, and are preferred to the address of the same picture', () => {
  const one = [{ bytes }]
  for (const answer of [
    base64,
    `data:image/png;base64,${base64}`,
    { image: base64 },
    { data: [{ b64_json: base64, url: A }] },
    { result: { sample: base64, info: '{"seed": 7}' } },
  ])
    assert.deepEqual(findPictures(answer), one)
})

test('the shape of an answer is told without all that is in it', () => {
  assert.equal(shapeOf(undefined), 'nothing')
  assert.equal(shapeOf({ image: 'x'.repeat(1000), seed: 7 }), `{"image":"${'x'.repeat(60)}…","seed":7}`)
})
