// attempts: what this process is working on just now: kept alive in the table, and stopped when it has to be.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { beatAll, type Claim, staleAttempt } from './claim.ts'

export interface Attempt extends Disposable {
  readonly signal: AbortSignal
}

export interface Attempts {
  /** Aborted from the beginning when its run has ended already, or everything was told to stop. */
  begin(claim: Claim): Attempt
  /** Aborts one attempt with this reason; it ends by itself soon after. */
  stop(claim: Claim, reason: AppError): void
  /** Aborts every attempt of a run that has ended. */
  stopRun(runId: string): void
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
  const running = new Map<Claim, AbortController>()
  const ended = new Set<string>()
  let stopping = false
  const runEnded = () => new AppError('cancelled', 'The run has ended')
  const workerStopping = () => new AppError('worker_stopping', 'The worker is stopping')
  return {
    begin(claim) {
      const controller = new AbortController()
      running.set(claim, controller)
      if (ended.has(claim.runId)) controller.abort(runEnded())
      if (stopping) controller.abort(workerStopping())
      return { signal: controller.signal, [Symbol.dispose]: () => void running.delete(claim) }
    },
    stop(claim, reason) {
      running.get(claim)?.abort(reason)
    },
    stopRun(runId) {
      for (const [claim, controller] of running) if (claim.runId === runId) controller.abort(runEnded())
      ended.add(runId)
      for (const oldest of ended) {
        if (ended.size <= REMEMBERED) break
        ended.delete(oldest)
      }
    },
    stopAll() {
      stopping = true
      for (const controller of running.values()) controller.abort(workerStopping())
    },
    runs: () => [...new Set([...running.keys()].map(({ runId }) => runId))],
    async beat(kysely) {
      const claims = [...running.keys()]
      const alive = await beatAll(kysely, claims)
      for (const claim of claims) if (!alive.has(claim)) running.get(claim)?.abort(staleAttempt())
    },
  }
}
