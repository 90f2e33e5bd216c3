// bare: how a command's names become the host's where there is no sandbox.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostWord } from '../../src/process/bare.ts'

const BOX = { reads: ['/srv/in/a clip.mp4', '/srv/b.mp4'], writes: '/srv/out' }

for (const [word, expected] of [
  ['file:/in/0', 'file:/srv/in/a clip.mp4'],
  ['file:/in/1', 'file:/srv/b.mp4'],
  ['file:/out/clip.mp4', 'file:/srv/out/clip.mp4'],
  ['file:/out/part_%03d.ts', 'file:/srv/out/part_%03d.ts'],
  ['/in/0', '/in/0'],
  ['file:/in/0.mp4', 'file:/in/0.mp4'],
  ['movie=file:/in/0', 'movie=file:/in/0'],
  ['-i', '-i'],
]) {
  test(`${word} becomes ${expected}`, () => assert.equal(hostWord(word ?? '', BOX), expected))
}

test('a name that the box does not hold is a fault of ours', () => {
  assert.throws(() => hostWord('file:/in/2', BOX), { code: 'internal' })
  assert.throws(() => hostWord('file:/out/a.mp4', { reads: [] }), { code: 'internal' })
})
