// records: rows of the runs and steps tables → what the rest of Kinora calls a run.
import type { Selectable } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { Fault } from '../lib/errors.ts'
import type { Run, RunError, RunOutput, RunStatus, RunStep, StepStatus } from './run.ts'

export type RunRow = Selectable<Tables['runs']>
export type StepRow = Selectable<Tables['steps']>

/** A run as doors see it; without its steps in listings. */
export function runOf(row: RunRow, steps: readonly StepRow[] = []): Run {
  const status = row.status as RunStatus
  return {
    id: row.id,
    owner: row.owner,
    status,
    request: row.request,
    priority: row.priority,
    ...(row.metadata != null && { metadata: row.metadata as Run['metadata'] }),
    ...(row.webhook_url !== null && { webhookUrl: row.webhook_url }),
    progress: row.progress,
    currentStep: currentStep(status, steps),
    warnings: row.warnings as Fault[],
    outputs: row.outputs as RunOutput[],
    ...(row.error != null && { error: row.error as RunError }),
    steps: steps.map(stepOf),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.started_at && { startedAt: row.started_at }),
    ...(row.completed_at && { completedAt: row.completed_at }),
  }
}

function stepOf(row: StepRow): RunStep {
  return {
    name: row.name,
    kind: row.kind,
    status: row.status as StepStatus,
    progress: row.progress,
    attempt: row.attempt,
    failures: row.failures,
    losses: row.losses,
    ...(row.error != null && { error: row.error as RunError }),
    ...(row.started_at && { startedAt: row.started_at }),
    ...(row.completed_at && { completedAt: row.completed_at }),
  }
}

function currentStep(status: RunStatus, steps: readonly StepRow[]): string {
  if (status !== 'processing') return status
  const running = steps.find(step => step.status === 'running')
  if (running) return running.name
  const ready = steps.find(step => step.status === 'ready')
  return ready ? `waiting for ${ready.name}` : status
}
