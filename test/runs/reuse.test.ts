// reuse.test: work happens once: what is there is not made again, and what is damaged is not passed on.
import assert from 'node:assert/strict'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Run } from '../../src/runs/run.ts'
import { digestFile } from '../../src/storage/digest.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachDatabase } from '../fixtures/databases.ts'
import { forEachHouse, type House, openHouse } from '../fixtures/house.ts'
import { part } from '../fixtures/steps.ts'

const ladder = (widths: readonly number[], prefix = 'rung') => ({
  inputs: [{ id: 'source', source: 'clip.mp4' }],
  operations: widths.map((width, index) => ({
    op: 'scale',
    input: 'source',
    output: `rung${index}`,
    params: { width, height: width },
  })),
  outputs: widths.map((_, index) => ({ id: `rung${index}`, destination: `${prefix}-${index}.mp4` })),
})

const DAMAGES = new Map<string, (file: string) => Promise<unknown>>([
  ['flipped in one bit', flip],
  ['cut short', file => truncate(file, 100)],
  ['deleted', file => rm(file)],
  ['replaced by another file', file => writeFile(file, 'something else')],
])

forEachHouse(house => {
  test('the same graph again is not rendered again, wherever it is delivered to', async () => {
    await makeClip(house().uploads)
    const first = await house().run(ladder([20]))
    const started = house().commands.length
    const again = await house().run(ladder([20], 'elsewhere/deeper'))
    assert.deepEqual(house().commands.slice(started), [])
    assert.deepEqual(
      [await factsOf(house(), first), await factsOf(house(), again)],
      [
        [1, 0],
        [0, 1],
      ],
    )
    assert.deepEqual([first.outputs[0]?.cached, again.outputs[0]?.cached], [false, true])
    assert.equal(again.outputs[0]?.sha256, first.outputs[0]?.sha256)
    assert.equal(await delivered(house(), again), first.outputs[0]?.sha256)
  })

  test('the same bytes under another name are the same source', async () => {
    await makeClip(house().uploads)
    await makeClip(house().uploads, { name: 'copy.mp4' })
    await house().run(ladder([22]))
    const again = await house().run({ ...ladder([22]), inputs: [{ id: 'source', source: 'copy.mp4' }] })
    assert.deepEqual(await factsOf(house(), again), [0, 1])
  })

  test('of three outputs of which one has changed, one is made', async () => {
    await makeClip(house().uploads)
    const first = await house().run(ladder([24, 26, 28]))
    const changed = await house().run(ladder([24, 30, 28]))
    assert.deepEqual(
      [await factsOf(house(), first), await factsOf(house(), changed)],
      [
        [3, 0],
        [1, 2],
      ],
    )
    assert.deepEqual(
      changed.outputs.map(({ cached }) => cached),
      [true, false, true],
    )
  })

  test('another source under the same name is worked on anew', async () => {
    await makeClip(house().uploads)
    await house().run(ladder([32]))
    await makeClip(house().uploads, { pattern: 'smptebars' })
    assert.deepEqual(await factsOf(house(), await house().run(ladder([32]))), [1, 0])
  })

  for (const [index, [how, damage]] of [...DAMAGES].entries())
    test(`an artifact that was ${how} is noticed and made again`, async () => {
      await makeClip(house().uploads)
      const spec = ladder([34 + 2 * index])
      const first = await house().run(spec)
      await damage(objectOf(house(), first))
      const again = await house().run(spec)
      // As many bytes as there were are taken for the right ones until they are copied.
      assert.deepEqual(await factsOf(house(), again), how === 'flipped in one bit' ? [1, 1] : [1, 0])
      assert.equal(again.outputs[0]?.sha256, first.outputs[0]?.sha256)
      assert.equal(await delivered(house(), again), first.outputs[0]?.sha256)
      assert.deepEqual(await factsOf(house(), await house().run(spec)), [0, 1])
    })

  for (const [index, [how, damage]] of [...DAMAGES].slice(0, 3).entries())
    test(`an artifact that is ${how} before it is delivered is made again in the same run, and never delivered`, async () => {
      await makeClip(house().uploads)
      const spec = ladder([44 + 2 * index], `late-${index}`)
      const before = await house().run(spec)
      const deliver = house().workshop.kinds.get('deliver')
      let attempts = 0
      house().play(
        part('deliver', async context => {
          assert.equal(await delivered(house(), before), before.outputs[0]?.sha256)
          if (++attempts === 1) await damage(objectOf(house(), before))
          return await deliver?.run({}, context)
        }),
      )
      const run = await house().run(spec)
      assert.equal(run.status, 'completed')
      assert.equal(await delivered(house(), run), before.outputs[0]?.sha256)
      const render = run.steps.find(({ kind }) => kind === 'render')
      assert.deepEqual([attempts, render?.attempt, render?.status], [2, 2, 'succeeded'])
    })

  test('of two who make the same at once the first to publish wins, and both deliver the same', async () => {
    const { artifacts, scratch } = house()
    const publish = async (text: string) => {
      const file = join(scratch, `loose-${text}`)
      await writeFile(file, text)
      return await artifacts.publish('one-key', file, {
        digest: await digestFile(file),
        facts: { durationS: 1, streams: [] },
      })
    }
    const [one, other] = await Promise.all([publish('one'), publish('other')])
    assert.equal(one.digest, other.digest)
    assert.equal((await artifacts.find('one-key'))?.digest, one.digest)
    assert.deepEqual(await house().leftovers(), [])
  })

  test('who publishes while the same bytes are being forgotten can deliver them', async () => {
    const { artifacts, scratch } = house()
    const file = join(scratch, 'loose')
    const publish = async (key: string) => {
      await writeFile(file, 'the same bytes')
      return await artifacts.publish(key, file, {
        digest: await digestFile(file),
        facts: { durationS: 1, streams: [] },
      })
    }
    for (let round = 0; round < 60; round++) {
      const startedAt = performance.now()
      const { digest } = await publish(`key ${round}`)
      const tookMs = performance.now() - startedAt
      // At every moment of the other's work in turn.
      const forgetting = new Promise(resolve => setTimeout(resolve, (tookMs * round) / 60))
      await Promise.all([publish(`key ${round}, again`), forgetting.then(() => artifacts.forget(digest))])
      assert.ok(await artifacts.open(digest, 'unused'))
    }
  })
})

forEachDatabase((_engine, _open, place) => {
  test('what was made is found again after everything was closed and opened, and so is what was read', async () => {
    const placed = await place()
    const spec = ladder([20, 24])
    const one = await openHouse(placed)
    await makeClip(one.uploads)
    await one.work()
    const first = await one.run(spec)
    await one.close()
    await using other = await openHouse(placed)
    await other.work()
    const { graph } = other.runs.check(spec)
    const { steps } = await other.runs.explain(graph ?? assert.fail('the spec is right'), 'ann')
    assert.deepEqual(
      steps.flatMap(({ cached }) => cached ?? []),
      [true, true, true],
    )
    const again = await other.run(spec)
    assert.deepEqual(await factsOf(other, again), [0, 2])
    assert.deepEqual(
      again.outputs.map(({ sha256 }) => sha256),
      first.outputs.map(({ sha256 }) => sha256),
    )
  })
})

/** How many outputs the run's passes have made, and how many they found. */
async function factsOf(house: House, { id, owner }: Run): Promise<[number, number]> {
  let [made, reused] = [0, 0]
  for await (const { type, data } of house.runs.events(id, { owner }, 0, AbortSignal.timeout(10_000))) {
    if (type !== 'step.completed' || data['kind'] !== 'render') continue
    made += Number(data['made'])
    reused += Number(data['reused'])
  }
  return [made, reused]
}

function objectOf(house: House, { outputs }: Run): string {
  const digest = outputs[0]?.sha256 ?? ''
  return join(house.objects, 'artifacts', digest.slice(0, 2), digest)
}

async function delivered(house: House, { outputs }: Run): Promise<string> {
  return await digestFile(join(house.output, (outputs[0]?.destination ?? '').slice('file:///output/'.length)))
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file)
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(file, bytes)
}
