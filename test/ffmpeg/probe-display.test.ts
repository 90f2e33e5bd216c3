// probe: sizes are those of the frames that ffmpeg hands to a filter, upright and with square pixels.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { probe } from '../../src/ffmpeg/probe.ts'
import { makeClip } from '../fixtures/clips.ts'
import { turnClip } from '../fixtures/turned.ts'
import { turnedJpeg } from './pictures.ts'
import { directory, processes } from './processes.ts'

/** Width and height of the first frame after ffmpeg has turned it as it sees fit. */
async function decodedSize(file: string): Promise<string> {
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    'file:/in/0',
    '-frames:v',
    '1',
    '-map',
    '0:v',
    '-f',
    'framecrc',
    'pipe:1',
  ]
  const { stdout } = await processes.run({ program: 'ffmpeg', args }, { reads: [file] })
  return /#dimensions 0: (\d+x\d+)/.exec(stdout)?.[1] ?? stdout
}

test('a phone held upright', async () => {
  const lying = await makeClip(directory, { name: 'lying.mp4', size: '96x64', seconds: 1 })
  const file = join(directory, 'turned.mp4')
  await turnClip(lying, file)
  const { video } = await probe(processes, file)
  assert.equal(`${video?.widthPx}x${video?.heightPx}`, '64x96')
  assert.equal(await decodedSize(file), '64x96')
  assert.equal((video?.rotationDegrees ?? 0) % 180, 90)
})

test('a photograph whose EXIF says that it lies on its side', async () => {
  const lying = await makeClip(directory, { name: 'lying.jpg', size: '96x64' })
  const file = join(directory, 'turned.jpg')
  await writeFile(file, turnedJpeg(await readFile(lying)))
  const { video } = await probe(processes, file)
  assert.equal(`${video?.widthPx}x${video?.heightPx}`, '64x96')
  assert.equal(await decodedSize(file), '64x96')
  assert.equal(video?.rotationDegrees, 90)
})

test('pixels that are not square are stretched', async () => {
  const file = await makeClip(directory, { name: 'wide.mp4', size: '72x64', extra: ['-vf', 'setsar=4/3'] })
  const { video } = await probe(processes, file)
  assert.deepEqual([video?.widthPx, video?.heightPx], [96, 64])
})
