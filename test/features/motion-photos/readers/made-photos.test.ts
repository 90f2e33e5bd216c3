// made-photos: what our own makers put together works for every kind of reader that it is meant for.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writePhoto } from '../../../../src/features/motion-photos/making/photo-file.ts'
import { type ReaderName, readAll, works } from '../../../../src/features/motion-photos/readers/index.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import { directory, photoOf } from './samples.ts'

const MEANT_FOR: Readonly<Record<'google' | 'samsung', readonly ReaderName[]>> = {
  google: ['google', 'media3', 'microvideo'],
  samsung: ['google', 'media3', 'microvideo', 'samsung'],
}

for (const layout of ['google', 'samsung'] as const)
  test(`a photo made with the layout ${layout} works for ${MEANT_FOR[layout].join(', ')}, without a warning`, async () => {
    const file = join(directory, `made-${layout}_MP.jpg`)
    const clipPath = await makeClip(directory, { name: 'clip.mp4', size: '96x64', extra: ['-brand', 'mp42'] })
    const put = readFileSync(clipPath)
    await writePhoto(file, {
      still: await makeClip(directory, { name: 'cover.jpg', size: '96x64' }),
      thumbnail: await makeClip(directory, { name: 'small.jpg', size: '32x32' }),
      clip: clipPath,
      timestampUs: 400_000,
      layout,
    })
    const bytes = readFileSync(file)
    const verdicts = await readAll(await photoOf(bytes))
    for (const name of MEANT_FOR[layout]) {
      const { clip, problems } = verdicts[name]
      assert.deepEqual(problems, [], name)
      assert.ok(works(verdicts[name]), name)
      assert.ok(bytes.subarray(clip?.offset).subarray(0, put.length).equals(put), name)
    }
    assert.deepEqual(
      [verdicts.google.timestampUs, verdicts.media3.timestampUs, verdicts.microvideo.timestampUs],
      [...[400_000, 400_000, 400_000]],
    )
  })
