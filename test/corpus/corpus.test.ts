// corpus: untidy sources of many kinds, through copying, trimming, scaling, joining and taking their sound alone.
import assert from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openReal, type Real } from '../engine/real.ts'
import { soaked } from '../fixtures/soak.ts'
import { decodeAll } from './decoding.ts'
import { faultsOf } from './expectations.ts'
import { outputsOf } from './outputs.ts'
import { OUTPUTS, type OutputName, type Source } from './source.ts'
import { ALL } from './sources.ts'
import { specOf } from './spec.ts'

let real: Real
before(async () => {
  real = await openReal()
})
after(() => real[Symbol.asyncDispose]())

describe('completed, every frame and sample where it was, and what is lost told', { concurrency: 2 }, () => {
  for (const [index, source] of tried().entries())
    test(titleOf(source), async () => {
      const directory = join(real.directory, String(index))
      await mkdir(directory)
      const path = join(directory, source.file)
      await source.make(path)
      const run = await outputsOf(real.processes, path, probe => specOf(source, probe), directory)
      const { video, audio } = run.probe
      const [expected, ...found] = await decodeAll([
        { path, ...(video && { video: String(video.index) }), ...(audio && { audio: String(audio.index) }) },
        ...run.outputs.map(({ path, planned }) => ({
          path,
          ...(planned.video && { video: 'V:0' }),
          ...(planned.audio && { audio: 'a:0' }),
        })),
      ])
      const faults = run.outputs.flatMap((output, position) => {
        const name = basename(output.planned.destination, extname(output.planned.destination)) as OutputName
        assert.ok(OUTPUTS.includes(name))
        const all = {
          source: expected,
          probe: run.probe,
          output,
          found: found[position],
          warns: source.warns?.[name],
          mayWarn: source.mayWarn,
        }
        return faultsOf(name, all).map(fault => `${name}: ${fault}`)
      })
      assert.deepEqual(faults, [])
      await rm(directory, { recursive: true })
    })
})

// Of each kind some, and in a long run all.
function tried(): Source[] {
  const most = soaked(4, ALL.length)
  return [...Map.groupBy(ALL, ({ kind }) => kind).values()].flatMap(sources => sources.slice(0, most))
}

function titleOf({ kind, name }: Source): string {
  return `${kind}: ${name}`
}
