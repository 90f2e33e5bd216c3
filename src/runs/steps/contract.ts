// contract: what a kind of step is. One file a kind, one line each in index.ts; doors bring kinds of their own.
import type { z } from 'zod'
import type { Fault } from '../../lib/errors.ts'
import type { RunOutput } from '../run.ts'
import type { Workspace } from '../workspace.ts'

/** Queues are named after what their steps use up (`interactive`: somebody's patience, `provider`: that of others); each has a concurrency of its own. */
export const QUEUES = ['cpu', 'transfer', 'quick', 'interactive', 'provider'] as const
export type QueueName = (typeof QUEUES)[number]

/** A kind as the engine runs it: what its parameters and its result are is its own business. */
export interface StepKind {
  /** As it stands in the steps table: `fetch`, `render`. */
  readonly name: string
  /** How often it is tried again when it has failed and may work later; 2 when nothing is said. */
  readonly retries?: number
  /**
   * Does the work. May be run twice, at the same time even: everything it leaves behind must be named by what it is
   * (an artifact) or be written in one step (a destination). Must stop soon after `signal` aborts.
   */
  run(params: unknown, context: StepContext): Promise<Outcome<unknown>>
}

/** A kind as it is written. */
export type StepDefinition<Params, Result> = {
  readonly name: string
  readonly retries?: number
  /** The parameters come from the steps table and are read as strictly as a client's. */
  readonly params: z.ZodType<Params>
  run(params: Params, context: StepContext): Promise<Outcome<Result>>
}

export function defineStep<Params, Result>(definition: StepDefinition<Params, Result>): StepKind {
  const { params, run, ...kind } = definition
  return { ...kind, run: async (written, context) => await run(params.parse(written), context) }
}

export type StepContext = {
  readonly runId: string
  /** Whose run it is. */
  readonly owner: string
  readonly signal: AbortSignal
  /** A directory of this attempt's own, gone when the attempt ends. */
  readonly workspace: Workspace
  /** The results of the steps that this one needs, by their names. */
  readonly results: ReadonlyMap<string, unknown>
  /** What the step has begun elsewhere. */
  readonly notes: StepNotes
  /** How much is done, 0 to 1; what goes back is ignored. */
  progress(fraction: number): void
  /** Throws `attempt_stale` when somebody else has this step by now: ask before what cannot be undone. */
  assertMine(): Promise<void>
}

/** For whoever goes on with a step after its worker has died: kept from one attempt to the next, until one fails. */
export interface StepNotes {
  /** As an earlier attempt has left them; undefined when there are none. */
  readonly found: unknown
  /** Plain JSON, in place of what was kept before. Throws `attempt_stale`. */
  keep(notes: unknown): Promise<void>
}

export type Outcome<Result> = {
  /** Plain JSON; read by the steps that need this one. */
  readonly result: Result
  /** What is told with the step's last event. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** Steps that only now can be known; they are born in the transaction that ends this one. */
  readonly steps?: readonly NewStep[]
  readonly warnings?: readonly Fault[]
  /** The run's outputs, from the step that delivers them. */
  readonly outputs?: readonly RunOutput[]
}

export type NewStep = {
  /** Unique within the run, and made for people: `fetch video`. */
  readonly name: string
  readonly kind: string
  readonly queue: QueueName
  readonly params: unknown
  /** Names of the steps of the same run whose results it reads. */
  readonly needs: readonly string[]
  /** Its share of the run's 100 per cent. */
  readonly weight: number
}
