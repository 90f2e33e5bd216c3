// encode: a real encode tells how far it is, and stops when it is told to.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { encode } from '../../src/ffmpeg/encode.ts'
import { makeClip } from '../fixtures/clips.ts'
import { directory, processes } from './processes.ts'

const PROGRESS = ['-v', 'error', '-nostdin', '-y', '-progress', 'pipe:1', '-nostats', '-stats_period', '0.05']

test('progress rises to 1 and the output is there', async () => {
  const clip = await makeClip(directory, { seconds: 5 })
  const args = [...PROGRESS, '-i', 'file:/in/0', '-c:v', 'libx264', '-threads', '1', 'file:/out/encoded.mp4']
  const fractions: number[] = []
  const onProgress = (fraction: number) => void fractions.push(fraction)
  const box = { reads: [clip], writes: directory }
  await encode(processes, { program: 'ffmpeg', args }, box, { expectedUs: 5_000_000, onProgress })
  assert.equal(fractions.at(-1), 1)
  assert.deepEqual(
    fractions,
    fractions.toSorted((a, b) => a - b),
  )
  assert.ok((await stat(join(directory, 'encoded.mp4'))).size > 1000)
})

test('an encode is cancelled in its midst', async () => {
  const args = [...PROGRESS, '-re', '-f', 'lavfi', '-i', 'testsrc2=size=64x64', '-f', 'null', '-']
  const stop = new AbortController()
  const work = encode(
    processes,
    { program: 'ffmpeg', args },
    { reads: [] },
    {
      expectedUs: 60_000_000,
      onProgress: () => stop.abort(),
      signal: stop.signal,
    },
  )
  await assert.rejects(work, { code: 'cancelled' })
})
