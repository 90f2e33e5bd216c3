// explain.test: what would run is what does run, and asking starts nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain as explainWith } from '../../src/runs/explain.ts'
import type { Explanation } from '../../src/runs/run.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachHouse } from '../fixtures/house.ts'

const spec = (...widths: readonly number[]) => ({
  inputs: [{ id: 'source', source: 'clip.mp4' }],
  operations: widths.map(width => ({ op: 'scale', input: 'source', output: `w${width}`, params: { width } })),
  outputs: widths.map(width => ({ id: `w${width}`, destination: `w${width}.mp4` })),
})

forEachHouse(house => {
  const explain = async (wanted: unknown): Promise<Explanation> => {
    const { graph } = house().runs.check(wanted)
    const started = house().commands.length
    const explanation = await house().runs.explain(graph ?? assert.fail('the spec is right'), 'ann')
    assert.equal(house().commands.length, started)
    return explanation
  }

  test('where a source has not been read, it says so, and reads nothing', async () => {
    await makeClip(house().uploads)
    assert.deepEqual(await explain(spec(20)), {
      steps: [
        { name: 'fetch source', kind: 'fetch', cached: false },
        { name: 'probe source', kind: 'probe', needs: 'fetch' },
        { name: 'plan', kind: 'plan', needs: 'fetch' },
      ],
      warnings: [],
    })
  })

  test('a source that is not there is missing', async () => {
    await assert.rejects(explain({ ...spec(20), inputs: [{ id: 'source', source: 'nowhere.mp4' }] }), {
      code: 'source_missing',
    })
  })

  test('nobody waits longer for sources than for an answer, however slow their servers are', async () => {
    const { graph = assert.fail('the spec is right') } = house().runs.check(spec(20))
    const unanswered = (_location: string, _owner: string, signal?: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const sources = { locate: unanswered } as unknown as Parameters<typeof explainWith>[0]['sources']
    const means = { sources } as Parameters<typeof explainWith>[0]
    await assert.rejects(explainWith(means, graph, 'ann', 20), {
      code: 'unavailable',
      message: /did not answer in time/,
    })
  })

  test('where all sources are known, it tells the exact command that is run, and then that it need not be', async () => {
    await makeClip(house().uploads)
    await house().run(spec(22))
    const before = await explain(spec(24, 26))
    const started = house().commands.length
    const run = await house().run(spec(24, 26))
    const command = before.steps.find(({ kind }) => kind === 'render')?.command
    const encoded = house()
      .commands.slice(started)
      .find(({ args }) => args.includes('-progress'))
    assert.ok(command)
    assert.deepEqual(command, [encoded?.program, ...(encoded?.args ?? [])])
    assert.deepEqual(
      before.steps.map(({ name, cached }) => [name, cached]),
      [
        ['fetch source', true],
        ['probe source', true],
        ['plan', undefined],
        ['render w24 w26', false],
        ['deliver', undefined],
      ],
    )
    assert.deepEqual(
      before.steps.map(({ name }) => name),
      run.steps.map(({ name }) => name),
    )
    const after = (await explain(spec(24, 26))).steps.find(({ kind }) => kind === 'render')
    assert.deepEqual([after?.cached, after?.command], [true, undefined])
  })

  test('of a pass that is there in part it tells what makes the rest', async () => {
    await makeClip(house().uploads)
    await house().run(spec(28))
    const pass = (await explain(spec(28, 30))).steps.find(({ kind }) => kind === 'render')
    assert.equal(pass?.cached, false)
    assert.deepEqual(pass?.command?.filter(word => word.startsWith('file:/out/')).length, 1)
  })

  test('faults that only the media shows are told like those of a run', async () => {
    await makeClip(house().uploads)
    await house().run(spec(32))
    const late = {
      inputs: [{ id: 'source', source: 'clip.mp4' }],
      operations: [{ op: 'trim', input: 'source', output: 'cut', params: { start: 60 } }],
      outputs: [{ id: 'cut', destination: 'cut.mp4' }],
    }
    await assert.rejects(explain(late), { code: 'spec_invalid' })
  })
})
