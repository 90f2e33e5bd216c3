// step-clock: how long steps take, how they end and by what they fail, counted for whoever measures Kinora.
import type { ErrorCode } from '../lib/errors.ts'
import type { Labels, Tallies, Tally } from './tallies.ts'

/** Upper borders of the classes that durations fall into. */
const STEP_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200] as const

export type StepEnd = 'succeeded' | ErrorCode

/** Call it when an attempt begins, and its answer when it ends. */
export function startStepClock(tallies: Tallies | undefined, kind: string): (end: StepEnd) => void {
  const startedAt = performance.now()
  return end => {
    const seconds = (performance.now() - startedAt) / 1000
    const outcome = end === 'succeeded' ? 'succeeded' : 'failed'
    const border = STEP_SECONDS.find(border => seconds <= border)
    tallies?.add('step_seconds_class', { kind, outcome, le: String(border ?? '+Inf') }, 1)
    tallies?.add('step_seconds_sum', { kind, outcome }, seconds)
    if (end !== 'succeeded') tallies?.add('step_failures', { kind, code: end }, 1)
  }
}

/** Classes as Prometheus wants them: each counts all that are shorter, too. */
export function cumulate(tallies: readonly Tally[]): { labels: Labels; total: number }[] {
  const classes = tallies.filter(({ name }) => name === 'step_seconds_class')
  const series = Map.groupBy(classes, ({ labels: { kind, outcome } }) => JSON.stringify({ kind, outcome }))
  return [...series].flatMap(([spelt, found]) => {
    const labels = JSON.parse(spelt) as Labels
    let total = 0
    return [...STEP_SECONDS.map(String), '+Inf'].map(le => {
      total += found.find(({ labels }) => labels['le'] === le)?.total ?? 0
      return { labels: { ...labels, le }, total }
    })
  })
}
