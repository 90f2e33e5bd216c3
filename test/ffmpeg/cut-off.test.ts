// cut-off: what is missing at the end of a file is told where its container says how long it is.
import assert from 'node:assert/strict'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { recogniseFile } from '../../src/ffmpeg/recognise.ts'
import { makeClip } from '../fixtures/clips.ts'
import { directory } from './processes.ts'

const missing = async (path: string) => (await recogniseFile(path)).missingBytes

for (const [name, extra] of [
  ['index-first.mp4', ['-movflags', '+faststart']],
  ['fragments.mp4', ['-movflags', '+empty_moov+frag_keyframe']],
  ['film.mkv', []],
  ['clip.webm', []],
] as const)
  test(`so many bytes are missing of ${name} as were cut off`, async () => {
    const path = await makeClip(directory, { name, extra })
    assert.equal(await missing(path), undefined)
    const cut = join(directory, `cut-${name}`)
    // Behind the last frames of fragments there is an index of them.
    const bytes = (await stat(path)).size - (name === 'fragments.mp4' ? 700 : 300)
    await writeFile(cut, (await readFile(path)).subarray(0, bytes))
    assert.ok(Number(await missing(cut)) > 0)
    if (name !== 'fragments.mp4') assert.equal(await missing(cut), 300)
  })

test('nothing is missing of a file that somebody has appended to, or that does not know its length', async () => {
  const path = await makeClip(directory, { name: 'appended.mp4' })
  await appendFile(path, 'SEFH and then whatever a telephone writes behind its films')
  assert.equal(await missing(path), undefined)
  assert.equal(await missing(await makeClip(directory, { name: 'live.webm', extra: ['-live', '1'] })), undefined)
  assert.equal(await missing(await makeClip(directory, { name: 'clip.ts' })), undefined)
})
