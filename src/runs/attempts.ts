// attempts: what this process is working on just now: kept alive in the table, and stopped when it has to be.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { beat, type Claim, staleAttempt } from './claim.ts'

export interface Attempt extends Disposable {
  readonly signal: AbortSignal
}

export interface Attempts {
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

export function openAttempts(): Attempts {
  const running = new Map<Claim, AbortController>()
  return {
    begin(claim) {
      const controller = new AbortController()
      running.set(claim, controller)
      return { signal: controller.signal, [Symbol.dispose]: () => void running.delete(claim) }
    },
    stop(claim, reason) {
      running.get(claim)?.abort(reason)
    },
    stopRun(runId) {
      for (const [claim, controller] of running)
        if (claim.runId === runId) controller.abort(new AppError('cancelled', 'The run has ended'))
    },
    stopAll() {
      for (const controller of running.values())
        controller.abort(new AppError('worker_stopping', 'The worker is stopping'))
    },
    runs: () => [...new Set([...running.keys()].map(({ runId }) => runId))],
    async beat(kysely) {
      for (const [claim, controller] of [...running])
        if (!(await beat(kysely, claim)) && running.has(claim)) controller.abort(staleAttempt())
    },
  }
}
