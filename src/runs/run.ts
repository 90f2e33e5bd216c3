// run: one unit of work a caller asked for, as every door sees it.
import type { Graph } from '../engine/graph.ts'
import type { Validated } from '../engine/validate.ts'
import type { ErrorCode, Fault } from '../lib/errors.ts'
import type { NewStep } from './steps/contract.ts'

export const RUN_STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

export const STEP_STATUSES = ['waiting', 'ready', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type StepStatus = (typeof STEP_STATUSES)[number]

/** What a door hands over: what is to be done first, who asked, and the request to show again as it was sent. */
export type Draft = {
  /** The door's name, such as `pipelines`; runs of other doors are never listed. */
  readonly door: string
  /** Starts the run's id: `job` makes `job_4x0w…`; without one, it is a UUID. */
  readonly prefix?: string
  readonly owner: string
  readonly request: unknown
  /** Those that can be known; they may add others. Of a graph: `graphSteps`. */
  readonly steps: readonly NewStep[]
  readonly warnings: readonly Fault[]
  /** The owner's own steps of a higher priority are taken first; 0 when nothing is said. */
  readonly priority?: number
  /** The caller's own notes, shown again as they are. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Where the run's events are sent. */
  readonly webhookUrl?: string
  /** Names this very request: an owner's run is started once under the same name, and answered ever after. */
  readonly once?: string
}

/** Who looks: an owner, who sees their own things, or somebody who sees all; and through which door, where that counts. */
export type Viewer = { readonly owner: string; readonly seesAll?: boolean; readonly door?: string }

export type RunError = { readonly code: ErrorCode; readonly message: string; readonly details?: readonly Fault[] }

export type RunOutput = {
  readonly id: string
  /** Where it was delivered to; what nobody asked to be delivered is read as `run://<run>/<id>`. */
  readonly destination?: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly durationS: number
  readonly streams: readonly RunStream[]
  /** It was not made for this run: an earlier one had made the very same thing. */
  readonly cached: boolean
}

export type RunStream =
  | {
      readonly kind: 'video'
      readonly codec: string
      readonly widthPx: number
      readonly heightPx: number
      readonly frameRate: string
    }
  | { readonly kind: 'audio'; readonly codec: string; readonly sampleRateHz: number; readonly channels: number }
  | { readonly kind: 'subtitle' | 'cover'; readonly codec: string }

export type RunStep = {
  readonly name: string
  readonly kind: string
  readonly status: StepStatus
  /** 0 to 1. */
  readonly progress: number
  readonly attempt: number
  readonly failures: number
  readonly losses: number
  readonly error?: RunError
  readonly startedAt?: Date
  readonly completedAt?: Date
}

export type Run = {
  readonly id: string
  readonly owner: string
  readonly status: RunStatus
  readonly request: unknown
  readonly priority: number
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly webhookUrl?: string
  /** 0 to 100; never goes back. */
  readonly progress: number
  /** The name of the step that is being worked on, or the status when there is none. */
  readonly currentStep: string
  readonly warnings: readonly Fault[]
  readonly outputs: readonly RunOutput[]
  readonly error?: RunError
  readonly steps: readonly RunStep[]
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly startedAt?: Date
  readonly completedAt?: Date
}

/** A numbered fact about a run; `seq` counts from 1 without a gap. */
export type RunEvent = {
  readonly seq: number
  /** Noun and verb: `run.created`, `run.progress`, `step.started`, `run.completed` … */
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

export type RunQuery = {
  readonly door: string
  readonly viewer: Viewer
  readonly status?: RunStatus
  /** Only those that were created then or later. */
  readonly createdAfter?: Date
  /** Only those that were created before. */
  readonly createdBefore?: Date
  /** Only those whose request has these members. */
  readonly requestHas?: Readonly<Record<string, unknown>>
  readonly limit: number
  readonly offset: number
}

/** What would run for a graph, as far as its sources are known; nothing is started. */
export type Explanation = {
  readonly steps: readonly ExplainedStep[]
  readonly warnings: readonly Fault[]
}

export type ExplainedStep = {
  readonly name: string
  readonly kind: string
  /** Exact arguments of what would be started; only for passes whose sources are known. */
  readonly command?: readonly string[]
  /** Whether every output of the step is there already, so that nothing is started. */
  readonly cached?: boolean
  /** Why more cannot be said: the source has not been read yet. */
  readonly needs?: 'fetch'
}

export interface Runs {
  /** Reads an untrusted spec; everything that can be known without the media is told at once. */
  check(spec: unknown): Validated
  /** Writes the run, its first steps and their queue entries in one transaction; or answers the one that is there. */
  start(draft: Draft): Promise<Run>
  /** Throws `run_not_found`, also when it is somebody else's. */
  get(id: string, viewer: Viewer): Promise<Run>
  /** Newest first; `steps` are left empty. */
  list(query: RunQuery): Promise<{ runs: readonly Run[]; total: number }>
  /** Stops the run and waits for its child processes to be gone. Throws `run_not_found`, `run_terminal`. */
  cancel(id: string, viewer: Viewer): Promise<Run>
  /** Goes on with a run that failed or was cancelled, from where it did. Throws `run_not_found`, `run_not_failed`. */
  retry(id: string, viewer: Viewer): Promise<Run>
  /** The run once it has ended. Throws `run_not_found`, and the signal's reason when it aborts first. */
  ended(id: string, viewer: Viewer, signal: AbortSignal): Promise<Run>
  /** Every event after `afterSeq`, then each new one as it happens; ends after the run's last. */
  events(id: string, viewer: Viewer, afterSeq: number, signal: AbortSignal): AsyncIterable<RunEvent>
  /** What would run. Throws `spec_invalid` for faults that only the known media shows. */
  explain(graph: Graph, owner: string): Promise<Explanation>
}
