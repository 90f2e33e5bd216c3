// paint: the same words are the same picture, other words another, and words choose what is painted.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { chooseScene, countRows, paint } from '../../../../src/providers/image/procedural/paint.ts'
import { scenes } from '../../../../src/providers/image/procedural/scenes/index.ts'

const SMALL = { widthPx: 96, heightPx: 64 }
const quiet = () => {}

function draw(prompt: string, seed = 1): Uint8Array {
  return paint({ prompt, seed, ...SMALL }, quiet)
}

/** The mean difference of two pictures, in steps of 255. */
function difference(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length
}

// Of pixels, not of files: encoders may choose other bytes on another processor. One arithmetic (V8's) makes them all.
const GOLDEN = {
  'A serene lake with mountains reflected in the water':
    '6b50958a883001b96f6fdc69cc4411aa719a8f269aed8abe78d1e9947c12f39c',
  'A detailed portrait of a wise owl': 'c718d02116a25ce980107a9aea4dd00ba05199184247fcb35f482b4c080041f8',
  'A futuristic cityscape at night': 'd043df7b89eb25dfde2fa5396d8e126b2d924d57a31468bf1deb28905d7a7a20',
}

for (const [prompt, digest] of Object.entries(GOLDEN))
  test(`"${prompt}" is the picture that it has always been`, () => {
    assert.equal(createHash('sha256').update(draw(prompt, 7)).digest('hex'), digest)
  })

const SUBJECTS = {
  'A beautiful sunset over mountains with vibrant colors': 'mountains',
  'A futuristic cityscape at night': 'city',
  'A robot in a futuristic lab': 'robot',
  'A detailed portrait of a wise owl': 'owl',
  'A majestic eagle soaring over mountains': 'bird',
  'A serene lake with mountains reflected in the water': 'lake',
  'The first season of wildflowers, flowers everywhere': 'flowers',
  'Ein Wald im Nebel': 'forest',
  月と海: 'sea',
  '🏜️': 'desert',
  stars: 'space',
  'an abstract painting of mountains': 'flow',
}

for (const [prompt, scene] of Object.entries(SUBJECTS))
  test(`"${prompt}" is painted as ${scene}`, () => assert.equal(chooseScene(prompt).scene.name, scene))

test('every scene paints the whole canvas, and never the same for two seeds', () => {
  for (const { name, stems } of scenes) {
    const prompt = stems.split(' ')[0] ?? ''
    assert.equal(chooseScene(prompt).scene.name, name)
    const [one, other] = [draw(prompt, 1), draw(prompt, 2)]
    assert.deepEqual(draw(prompt, 1), one, `${name} is the same again, after others`)
    assert.ok(difference(one, other) > 4, `${name} with another seed differs by ${difference(one, other)}`)
    assert.ok(new Set(one).size > 60, `${name} has ${new Set(one).size} levels of light`)
  }
})

test('one more word is another picture', () => {
  assert.ok(difference(draw('a lake'), draw('a quiet lake')) > 4)
  assert.ok(difference(draw('glorp'), draw('glorp glarp')) > 4)
})

test('words of the hour and of colours are seen', () => {
  const light = (pixels: Uint8Array) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length
  const share = (pixels: Uint8Array, part: number) =>
    pixels.filter((_, index) => index % 3 === part).reduce((a, b) => a + b, 0)
  assert.ok(light(draw('mountains at noon')) > 1.5 * light(draw('mountains at night')))
  const [red, blue] = [draw('mountains at dawn in red'), draw('mountains at dawn in blue')]
  assert.ok(share(red, 0) / share(red, 2) > 1.3 * (share(blue, 0) / share(blue, 2)))
})

test('any prompt is painted', () => {
  const prompts = [
    '',
    ' ',
    '👩‍🚀👨‍👩‍👧‍👦',
    'שלום עולם',
    '你好',
    '\u0000\uD800',
    '-- $(rm) <svg onload=x>',
    'a'.repeat(5_000),
    'ﷺ'.repeat(99),
  ]
  for (const prompt of prompts) assert.equal(draw(prompt).length, SMALL.widthPx * SMALL.heightPx * 3)
})

test('every shape of canvas is filled', () => {
  for (const [widthPx, heightPx] of [
    [400, 32],
    [32, 400],
    [33, 35],
  ] as const)
    for (const { stems } of scenes)
      assert.equal(
        paint({ prompt: stems.split(' ')[0] ?? '', seed: 3, widthPx, heightPx }, quiet).length,
        widthPx * heightPx * 3,
      )
})

test('it tells of exactly as many rows as it said beforehand, and stops where the watcher throws', () => {
  for (const { stems } of scenes) {
    const sketch = { prompt: stems.split(' ')[0] ?? '', seed: 5, ...SMALL }
    let rows = 0
    paint(sketch, () => void rows++)
    assert.equal(rows, countRows(sketch))
  }
  const stop = new Error('enough')
  assert.throws(
    () =>
      paint({ prompt: 'sea', seed: 1, ...SMALL }, () => {
        throw stop
      }),
    stop,
  )
})
