// patience: how often a question is asked again, what is waited for in between, and what is said in the end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/lib/errors.ts'
import { patiently, persistently } from '../../../src/providers/image/patience.ts'

function openQuestion(...answers: readonly (AppError | string)[]) {
  const pauses: [ms: number, name: string | undefined][] = []
  let asked = 0
  return {
    pauses,
    work: { pause: async (ms: number, name?: string) => void pauses.push([ms, name]) },
    async ask() {
      const answer = answers[Math.min(asked++, answers.length - 1)]
      if (answer instanceof AppError) throw answer
      return answer
    },
    asked: () => asked,
  }
}

const failed = new AppError('provider_failed', 'Painter API error: HTTP 500')
const busy = new AppError('provider_busy', 'Painter API error: slow down', { retryAfterMs: 7000 })
const refused = new AppError('provider_refused', 'Painter API error: no')

test('it is asked again after pauses that grow, and as late as the vendor says, without listening for word', async () => {
  const { ask, work, pauses } = openQuestion(failed, failed, busy, 'there')
  assert.equal(await patiently(5, work, ask), 'there')
  assert.deepEqual(pauses, [
    [250, undefined],
    [500, undefined],
    [7000, undefined],
  ])
})

test('no pause is longer than ten seconds', async () => {
  const { ask, work, pauses } = openQuestion(failed)
  await assert.rejects(patiently(20, work, ask), failed)
  assert.deepEqual([pauses.length, Math.max(...pauses.map(([ms]) => ms))], [19, 10_000])
})

test('in the end it is what the vendor said; of what is under way, that it cannot be known', async () => {
  const [once, other] = [openQuestion(failed), openQuestion(failed)]
  await assert.rejects(patiently(3, once.work, once.ask), failed)
  await assert.rejects(persistently(3, other.work, other.ask), { code: 'unavailable', message: failed.message })
  assert.deepEqual([once.asked(), other.asked()], [3, 3])
})

test('what will not be otherwise is not asked again', async () => {
  for (const how of [patiently, persistently]) {
    const { ask, work, asked } = openQuestion(refused)
    await assert.rejects(how(3, work, ask), refused)
    assert.equal(asked(), 1)
  }
})
