// life.test: a run from its start to its files, and what callers see of it on the way.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { recordProgress } from '../../src/runs/progress.ts'
import type { Run, RunEvent } from '../../src/runs/run.ts'
import { makeClip } from '../fixtures/clips.ts'
import { forEachHouse, type House } from '../fixtures/house.ts'
import { ANY_SPEC, gate, part, planOnly } from '../fixtures/steps.ts'

const SPEC = {
  inputs: [{ id: 'source', source: 'clip.mp4' }],
  operations: [
    { op: 'scale', input: 'source', output: 'small', params: { width: 32, height: 32 } },
    { op: 'fps', input: 'source', output: 'unused', params: { fps: 5 } },
  ],
  outputs: [
    { id: 'small', destination: 'small.mp4' },
    { id: 'source', destination: 'sound.mp3' },
  ],
}

forEachHouse(house => {
  test('a run goes from its start to its files, and tells every step of the way', async () => {
    await makeClip(house().uploads)
    const started = await house().start(SPEC)
    assert.match(started.id, /^job_/)
    assert.deepEqual(started.outputs, [])
    const run = await house().ended(started)
    assert.equal(run.status, 'completed')
    assert.equal(run.progress, 100)
    assert.equal(run.error, undefined)
    assert.deepEqual(
      run.outputs.map(({ destination, cached }) => [destination, cached]),
      [
        ['file:///output/small.mp4', false],
        ['file:///output/sound.mp3', false],
      ],
    )
    for (const { destination = '', sizeBytes } of run.outputs)
      assert.equal((await stat(join(house().output, destination.slice('file:///output/'.length)))).size, sizeBytes)
    assert.deepEqual(
      run.outputs[0]?.streams.map(({ codec }) => codec),
      ['h264', 'aac'],
    )
    assert.ok(
      run.steps.every(({ status, progress, attempt }) => status === 'succeeded' && progress === 1 && attempt === 1),
    )
    assert.deepEqual(
      run.warnings.map(({ pointer }) => pointer),
      ['/operations/1'],
    )
    assert.ok((run.startedAt ?? 0) >= run.createdAt && (run.completedAt ?? 0) >= (run.startedAt ?? 0))
    assert.deepEqual(await house().leftovers(), [])
    checkEvents(await eventsOf(house(), run))
  })

  test('progress never goes back, and no per cent is told twice', async () => {
    const work = { ...STEP, name: 'work', kind: 'work', weight: 40 }
    house().play(
      ...planOnly(async () => ({
        steps: [work, { ...work, name: 'rest', kind: 'rest', needs: ['work'], weight: 55 }],
      })),
      part('work', async ({ progress }) => {
        for (const fraction of [0.1, 0.11, 0.12, 0.13, 0.5, 0.3, 0.2, 0.9, 2, -1]) {
          progress(fraction)
          await new Promise(resolve => setTimeout(resolve, 10))
        }
      }),
      part('rest'),
    )
    const run = await house().run(ANY_SPEC)
    const events = await eventsOf(house(), run)
    checkEvents(events)
    assert.ok(events.some(({ type, data }) => type === 'run.progress' && data['current_step'] === 'work'))
  })

  test('progress is kept when a step is tried again, also when the step itself starts over', async () => {
    let attempts = 0
    house().play(
      ...planOnly(async ({ runId, progress }) => {
        progress(++attempts === 1 ? 0.9 : 0.1)
        const { steps } = await house().runs.get(runId, { owner: 'ann' })
        const claim = { stepId: await stepOf(house(), runId), runId, attempt: attempts }
        await recordProgress(house().db, claim, attempts === 1 ? 0.9 : 0.1)
        if (attempts === 1) throw new AppError('unavailable', 'try again')
        assert.equal(steps.at(-1)?.progress, 0.9)
        const before = (await house().runs.get(runId, { owner: 'ann' })).progress
        await house().db.execute('update steps set progress = 0 where run_id = $1', [runId])
        await recordProgress(house().db, claim, 0.2)
        assert.equal((await house().runs.get(runId, { owner: 'ann' })).progress, before)
        assert.equal(before, 4.9)
        return undefined
      }),
    )
    const run = await house().run(ANY_SPEC)
    assert.deepEqual([run.status, run.progress], ['completed', 100])
    checkEvents(await eventsOf(house(), run))
  })

  test('events can be taken up in the middle, and end with the run', async () => {
    const held = gate()
    house().play(...planOnly(held.pass))
    const started = await house().start(ANY_SPEC)
    await held.reached
    const following = eventsOf(house(), started, 3)
    held.open()
    const events = await following
    assert.equal(events[0]?.seq, 4)
    assert.equal(events.at(-1)?.type, 'run.completed')
    const last = events.at(-1)?.seq ?? 0
    assert.deepEqual(await eventsOf(house(), started, last), [])
  })

  test('more events than one reading takes arrive all the same', async () => {
    house().play(
      ...planOnly(async () => ({
        steps: Array.from({ length: 210 }, (_, index) => ({
          ...STEP,
          name: `work ${index}`,
          kind: 'work',
          weight: 0.4,
        })),
      })),
      part('work'),
    )
    const run = await house().run(ANY_SPEC)
    const events = await eventsOf(house(), run)
    assert.ok(events.length > 500, `${events.length}`)
    checkEvents(events)
  })

  test('a list shows the owner’s runs of a door, newest first, by status and in pages', async () => {
    house().play(...planOnly())
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.unshift((await house().run(ANY_SPEC, 'lister')).id)
    const list = (query: object) =>
      house().runs.list({ door: 'pipelines', viewer: { owner: 'lister' }, limit: 50, offset: 0, ...query })
    const idsOf = ({ runs }: { runs: readonly Run[] }) => runs.map(({ id }) => id)
    assert.deepEqual(idsOf(await list({})), ids)
    assert.deepEqual(idsOf(await list({ limit: 2, offset: 1 })), ids.slice(1, 3))
    assert.equal((await list({ limit: 2, offset: 1 })).total, 5)
    assert.equal((await list({ status: 'completed' })).total, 5)
    assert.equal((await list({ status: 'failed' })).total, 0)
    assert.equal((await list({ viewer: { owner: 'nobody' } })).total, 0)
    assert.equal((await list({ door: 'images' })).total, 0)
    assert.ok((await list({ viewer: { owner: 'nobody', seesAll: true } })).total >= 5)
  })

  test('somebody else’s run is not found, whatever is asked of it', async () => {
    house().play(...planOnly())
    const { id } = await house().run(ANY_SPEC, 'ann')
    const unknown = { code: 'run_not_found' }
    const follow = async (runId: string) => {
      for await (const _event of house().runs.events(runId, { owner: 'eve' }, 0, AbortSignal.timeout(1000)));
    }
    assert.equal((await house().runs.get(id, { owner: 'eve', seesAll: true })).owner, 'ann')
    for (const runId of [id, 'job_nothing']) {
      await assert.rejects(house().runs.get(runId, { owner: 'eve' }), unknown)
      await assert.rejects(house().runs.cancel(runId, { owner: 'eve' }), unknown)
      await assert.rejects(follow(runId), unknown)
    }
  })
})

const STEP = { queue: 'quick', params: {}, needs: ['plan'], weight: 95 } as const

async function stepOf({ db }: House, runId: string): Promise<string> {
  const query = db.kysely.selectFrom('steps').select('id').where('run_id', '=', runId).where('kind', '=', 'plan')
  return (await query.executeTakeFirstOrThrow()).id
}

async function eventsOf(house: House, { id, owner }: Run, after = 0): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of house.runs.events(id, { owner }, after, AbortSignal.timeout(60_000))) events.push(event)
  return events
}

function checkEvents(events: readonly RunEvent[]): void {
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  )
  assert.equal(events[0]?.type, 'run.created')
  assert.equal(events.at(-1)?.type, 'run.completed')
  const percents = events.flatMap(({ type, data }) =>
    type === 'run.progress' ? [Number(data['overall_percent'])] : [],
  )
  assert.ok(percents.length > 1)
  for (const [index, percent] of percents.entries())
    assert.ok(index === 0 || Math.floor(percent) > Math.floor(percents[index - 1] ?? 0), percents.join(' '))
  assert.ok(Math.max(...percents) <= 100)
}
