// attempts: what this process is working on just now: kept alive in the table, and stopped when it has to be.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { beatAll, type Claim, staleAttempt } from './claim.ts'

export interface Attempt extends Disposable {
  readonly signal: AbortSignal
}

export interface Attempts {
  /** Aborted from the beginning when its run has ended since event `seq`, or everything was told to stop. */
  begin(claim: Claim, seq: number): Attempt
  /** Aborts one attempt with this reason; it ends by itself soon after. */
  stop(claim: Claim, reason: AppError): void
  /** Aborts every attempt of a run that ended with event `seq`; what was claimed after it, in a retry, goes on. */
  stopRun(runId: string, seq: number): void
  /** Aborts everything with a reason that hands it back. */
  stopAll(): void
  /** The runs that are being worked on. */
  runs(): readonly string[]
  /** One round of heartbeats; an attempt that is no longer the current one is stopped. */
  beat(kysely: Kysely<Tables>): Promise<void>
}

// A run may end while its step is being claimed: the news then comes before the attempt has begun.
const REMEMBERED = 1000

export function openAttempts(): Attempts {
  const running = new Map<Claim, { readonly controller: AbortController; readonly seq: number }>()
  const ended = new Map<string, number>()
  let stopping = false
  const runEnded = () => new AppError('cancelled', 'The run has ended')
  const workerStopping = () => new AppError('worker_stopping', 'The worker is stopping')
  return {
    begin(claim, seq) {
      const controller = new AbortController()
      running.set(claim, { controller, seq })
      if ((ended.get(claim.runId) ?? 0) > seq) controller.abort(runEnded())
      if (stopping) controller.abort(workerStopping())
      return { signal: controller.signal, [Symbol.dispose]: () => void running.delete(claim) }
    },
    stop(claim, reason) {
      running.get(claim)?.controller.abort(reason)
    },
    stopRun(runId, seq) {
      for (const [claim, begun] of running)
        if (claim.runId === runId && seq > begun.seq) begun.controller.abort(runEnded())
      ended.set(runId, seq)
      for (const oldest of ended.keys()) {
        if (ended.size <= REMEMBERED) break
        ended.delete(oldest)
      }
    },
    stopAll() {
      stopping = true
      for (const { controller } of running.values()) controller.abort(workerStopping())
    },
    runs: () => [...new Set([...running.keys()].map(({ runId }) => runId))],
    async beat(kysely) {
      const claims = [...running.keys()]
      const alive = await beatAll(kysely, claims)
      for (const claim of claims) if (!alive.has(claim)) running.get(claim)?.controller.abort(staleAttempt())
    },
  }
}
