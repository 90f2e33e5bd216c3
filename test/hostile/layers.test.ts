// layers: plain ffmpeg falls for these files; the box alone stops them, and so do our options alone.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { inputOptions } from '../../src/engine/input-options.ts'
import { probe } from '../../src/ffmpeg/probe.ts'
import type { Processes } from '../../src/process/open.ts'
import { bare, sandboxed } from '../process/levels.ts'
import { type Bait, DISGUISES, type Disguise } from './disguises.ts'
import { frames, setTraps, type Traps } from './traps.ts'

const LIMIT = { timeout: 60_000 }
// What plays itself for ever takes a gigabyte of memory in six seconds.
const LIMITS = { wallMs: 3000, memoryBytes: 2 * 1024 ** 3 }
let directory = ''
let traps: Traps

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-layers-'))
  traps = await setTraps()
})
after(async () => {
  await traps[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('with neither, plain ffmpeg shows the frames of the film', () => {
  for (const disguise of DISGUISES.filter(({ works }) => works))
    test(disguise.what, LIMIT, async () => {
      const lines = await decode(bare, ['-i', `file:${await placed(disguise)}`], [])
      assert.ok(traps.framesOfFilm(lines) > 0, 'the attack is one')
    })
})

// None where bubblewrap does not work.
for (const processes of sandboxed ? [sandboxed] : [])
  describe(`in the box, without our options, none of ${DISGUISES.length} gets anything`, () => {
    for (const disguise of DISGUISES)
      test(disguise.what, LIMIT, async () => {
        const file = await placed(disguise)
        assertNothing(await decode(processes, ['-i', 'file:/in/0'], [file]))
      })
  })

describe(`with our options, without a box, none of ${DISGUISES.length} gets anything`, () => {
  for (const disguise of DISGUISES)
    test(disguise.what, LIMIT, async () => {
      const file = await placed(disguise)
      await assert.rejects(probe(bare, file), { code: 'media_unsupported' })
      // As if sniffing had been fooled too.
      for (const demuxer of ['mov', 'mpegts'])
        assertNothing(await decode(bare, [...inputOptions(demuxer), '-i', 'file:/in/0'], [file]))
    })
})

async function placed({ what, content }: Disguise): Promise<string> {
  const name = `${what.replaceAll(/\W+/g, '-')}.mp4`
  const bait: Bait = await traps.bait(directory, name)
  await writeFile(join(directory, name), content(bait))
  return join(directory, name)
}

// How it ends does not matter here, as long as it ends; what it showed until then does.
async function decode(processes: Processes, input: readonly string[], reads: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  const running = processes.run(frames(...input), { reads }, { limits: LIMITS, onLine: line => lines.push(line) })
  await running.catch((error: { code?: string }) => {
    assert.ok(['ffmpeg_failed', 'process_timeout', 'source_missing'].includes(error.code ?? ''), String(error))
  })
  return lines
}

function assertNothing(lines: readonly string[]): void {
  assert.equal(traps.framesOfFilm(lines), 0, 'frames of the film were shown')
  assert.equal(traps.visits(), 0, 'somebody came to the port')
}
