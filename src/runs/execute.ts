// execute: THE STORY of a step: claimed, worked on, and ended, whatever happens on the way.
import type { Logger } from 'pino'
import { toAppError } from '../lib/errors.ts'
import type { Attempts } from './attempts.ts'
import { assertCurrent, type Claim, claimStep, keepNotes, letGo } from './claim.ts'
import { failStep, type Ledger, releaseStep, succeedStep } from './finish.ts'
import { persistently } from './persistently.ts'
import { progressRecorder } from './progress-recorder.ts'
import type { StepRow } from './records.ts'
import { startStepClock } from './step-clock.ts'
import type { Outcome, StepKind } from './steps/contract.ts'
import type { Tallies } from './tallies.ts'
import { openWorkspace } from './workspace.ts'

export type Workshop = Ledger & {
  readonly kinds: ReadonlyMap<string, StepKind>
  /** This process's name in the steps table. */
  readonly worker: string
  /** A directory for workspaces, of this process alone. */
  readonly scratch: string
  readonly attempts: Attempts
  /** Where steps are counted; without, they are not. */
  readonly tallies?: Tallies
  readonly log: Logger
}

/** Works on a step if it is ready; a call that comes twice, or too late, does nothing. Never throws for the step's sake. */
export async function execute(workshop: Workshop, stepId: string): Promise<void> {
  const step = await claimStep(workshop.db, stepId, { worker: workshop.worker, kinds: workshop.kinds.keys() })
  if (!step) return
  const claim = { stepId, runId: step.run_id, attempt: step.attempt }
  const ended = startStepClock(workshop.tallies, step.kind)
  using attempt = workshop.attempts.begin(claim, step.seq)
  try {
    const outcome = await work(workshop, step, claim, attempt.signal)
    await persistently(attempt.signal, () => succeedStep(workshop, claim, outcome))
    ended('succeeded')
  } catch (thrown) {
    ended(toAppError(attempt.signal.aborted ? attempt.signal.reason : thrown).code)
    const retries = workshop.kinds.get(step.kind)?.retries
    await settle(workshop, claim, { signal: attempt.signal, thrown, retries })
  }
  await letGo(workshop.db.kysely, claim).catch(err => workshop.log.error({ ...claim, err }, 'a step was not let go'))
}

async function work(
  workshop: Workshop,
  step: StepRow & { readonly owner: string },
  claim: Claim,
  signal: AbortSignal,
): Promise<Outcome<unknown>> {
  const kind = workshop.kinds.get(step.kind)
  if (!kind) throw new TypeError(`a step of the kind "${step.kind}" should not have been claimed`)
  await using workspace = await openWorkspace(workshop.scratch, claim.stepId, claim.attempt)
  await using progress = progressRecorder(workshop.db, claim, reason => workshop.attempts.stop(claim, reason))
  return await kind.run(step.params, {
    runId: claim.runId,
    owner: step.owner,
    signal,
    workspace,
    results: await resultsOf(workshop, step),
    notes: { found: step.notes ?? undefined, keep: notes => keepNotes(workshop.db.kysely, claim, notes) },
    progress: progress.record,
    assertMine: () => assertCurrent(workshop.db.kysely, claim),
  })
}

async function resultsOf({ db }: Workshop, { needs }: StepRow): Promise<ReadonlyMap<string, unknown>> {
  if (needs.length === 0) return new Map()
  const rows = await db.kysely.selectFrom('steps').select(['name', 'result']).where('id', 'in', needs).execute()
  return new Map(rows.map(({ name, result }) => [name, result]))
}

async function settle(
  workshop: Workshop,
  claim: Claim,
  { signal, thrown, retries }: { signal: AbortSignal; thrown: unknown; retries: number | undefined },
): Promise<void> {
  const error = toAppError(signal.aborted ? signal.reason : thrown)
  // The run has ended, or somebody else has the step: there is nothing left to say.
  if (error.code === 'cancelled' || error.code === 'attempt_stale') return
  const stopping = error.code === 'worker_stopping'
  if (!stopping) workshop.log.warn({ ...claim, code: error.code, err: error }, 'a step failed')
  try {
    await persistently(signal, () =>
      stopping ? releaseStep(workshop, claim) : failStep(workshop, claim, error, retries),
    )
  } catch (unrecorded) {
    if (toAppError(unrecorded).code === 'attempt_stale') return
    // Without the database nothing can be said; the heartbeat stops, and the step goes to somebody else.
    workshop.log.error({ ...claim, err: unrecorded }, 'the end of a step could not be recorded')
  }
}
