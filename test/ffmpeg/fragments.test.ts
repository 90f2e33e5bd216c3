// fragments: how long the last frame of a fragmented MP4 is shown is found in its boxes.
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { lastFrameUs } from '../../src/ffmpeg/fragments.ts'
import { probe } from '../../src/ffmpeg/probe.ts'
import { ffmpeg } from '../engine/real.ts'
import { makeClip } from '../fixtures/clips.ts'
import { directory, processes } from './processes.ts'

const HELD = ['-c', 'copy', '-bsf:v', "setts=duration='if(eq(NEXT_PTS,NOPTS),1.7/TB,DURATION)'"]

async function fragmented(name: string, flags: string, ...args: string[]): Promise<string> {
  const whole = await makeClip(directory, {
    name: 'whole.mp4',
    seconds: 1.4,
    rate: '30000/1001',
    samplesPerSecond: 48_000,
    extra: ['-bf', '0'],
  })
  const path = join(directory, name)
  await ffmpeg('-i', whole, ...args, '-movflags', `+empty_moov${flags}`, path)
  return path
}
const found = async (path: string) => lastFrameUs(path, (await stat(path)).size)

for (const flags of ['+frag_keyframe', '+frag_keyframe+default_base_moof', '+frag_every_frame', '+dash+frag_keyframe'])
  test(`a last frame that is held is found with ${flags}`, async () => {
    const path = await fragmented(`held${flags}.mp4`, flags, ...HELD)
    assert.equal(await found(path), 1_700_000)
    const { video } = await probe(processes, path)
    assert.equal(video?.flaws, undefined)
    assert.ok(Math.abs((video?.durationUs ?? 0) - 3_070_000) < 40_000, String(video?.durationUs))
    assert.equal(video?.longestFrameUs, 1_700_000)
  })

test('a last frame like the others is as long as they are', async () => {
  const us = await found(await fragmented('even.mp4', '+frag_keyframe', '-c', 'copy'))
  assert.ok(Math.abs((us ?? 0) - 33_367) <= 1, String(us))
})

test('a file that ends within a fragment, or has none, does not tell', async () => {
  const path = await fragmented('cut.mp4', '+frag_keyframe', ...HELD)
  const bytes = await readFile(path)
  await writeFile(path, bytes.subarray(0, bytes.length * 0.7))
  assert.equal(await found(path), undefined)
  assert.equal(await found(await makeClip(directory, { name: 'none.mp4' })), undefined)
  assert.equal(await found(await makeClip(directory, { name: 'none.mp3' })), undefined)
})

test('boxes that are too short for what they must hold do not tell, and do no harm', async () => {
  const path = await fragmented('short.mp4', '+frag_keyframe', ...HELD)
  const bytes = await readFile(path)
  for (const type of ['tfhd', 'trun', 'tkhd', 'mdhd', 'trex']) {
    const at = bytes.indexOf(type)
    assert.ok(at > 0, type)
    // What it held is a box of nothing now.
    const harmed = Buffer.from(bytes)
    const length = harmed.readUInt32BE(at - 4)
    harmed.writeUInt32BE(12, at - 4)
    if (length >= 20) harmed.writeUInt32BE(length - 12, at + 8)
    if (length >= 20) harmed.write('free', at + 12, 'latin1')
    await writeFile(path, harmed)
    assert.ok(['undefined', 'number'].includes(typeof (await found(path))), type)
  }
})
