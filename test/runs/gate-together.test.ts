// gate-together: the outputs of one pass are decoded by one process, and none of them is taken for good that is not.
import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { PlannedOutput } from '../../src/engine/planned.ts'
import { rational } from '../../src/lib/rational.ts'
import { openProcesses, type Processes } from '../../src/process/open.ts'
import { decodeTogether } from '../../src/runs/gate.ts'
import { makeClip } from '../fixtures/clips.ts'

const { signal } = new AbortController()
const US = 1_030_000
const node = (media: 'video' | 'audio') => ({ kind: 'source', input: 'source', media, fromUs: 0 }) as const
const planned: PlannedOutput = {
  ...{ index: 0, id: 'out', destination: 'out.mp4', container: 'mp4', cost: 1, durationUs: US },
  video: {
    ...{ node: node('video'), codec: 'h264', startUs: 0, endUs: US, widthPx: 64, heightPx: 64 },
    ...{ frameRate: rational(24_000, 1001), encoding: { encoder: 'libx264' } },
  },
  audio: {
    ...{ node: node('audio'), codec: 'aac', startUs: 0, endUs: US, sampleRateHz: 22_050, channels: 1 },
    encoding: { encoder: 'aac' },
  },
}

let directory: string
let processes: Processes
let commands = 0
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-gate-'))
  const real = await openProcesses({ sandbox: 'auto' })
  processes = {
    ...real,
    run(...words) {
      commands++
      return real.run(...words)
    },
  }
})
after(() => rm(directory, { recursive: true, force: true }))

const together = (...files: string[]) =>
  decodeTogether(
    processes,
    files.map(file => ({ planned, file })),
    signal,
  )

test('good ones are found to be good by one process', async () => {
  const files = [await makeClip(directory, { name: 'a.mp4' }), await makeClip(directory, { name: 'b.mp4' })]
  commands = 0
  assert.equal(await together(...files), true)
  assert.equal(commands, 1)
})

test('a link, a file that is missing and one without its sound are not good', async () => {
  const good = await makeClip(directory, { name: 'good.mp4' })
  await symlink(good, join(directory, 'link.mp4'))
  commands = 0
  assert.equal(await together(good, join(directory, 'link.mp4')), false)
  assert.equal(await together(good, join(directory, 'never.mp4')), false)
  assert.equal(commands, 0, 'no tool has opened them')
  assert.equal(await together(good, await makeClip(directory, { name: 'mute.mp4', audio: false })), false)
})
