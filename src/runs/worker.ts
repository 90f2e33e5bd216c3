// worker: takes steps from the queues, keeps their heartbeats, and hands back what it cannot finish when it stops.
import { setInterval as every } from 'node:timers/promises'
import { execute, type Workshop } from './execute.ts'
import { callForgotten, loseSilent } from './reconcile.ts'
import { QUEUES, type QueueName } from './steps/contract.ts'
import { ENDED_CHANNEL } from './terminal.ts'

export type WorkerOptions = {
  readonly concurrency: Readonly<Record<QueueName, number>>
  readonly heartbeatSeconds: number
  /** How long running steps may go on when the worker stops. */
  readonly drainSeconds: number
}

export interface Worker {
  /** Takes nothing more, waits for what is running, and hands back what takes longer than the drain. */
  stop(): Promise<void>
}

// Three silent heartbeats and a worker is taken for dead.
const SILENCE = 3

export async function startWorker(workshop: Workshop, options: WorkerOptions): Promise<Worker> {
  const { db, queue, attempts } = workshop
  const { beat, tidy } = rounds(workshop, options.heartbeatSeconds)
  // An empty name: the connection was lost for a while, and the news of an end may have been lost with it.
  const unlisten = await db.listen(ENDED_CHANNEL, runId => (runId === '' ? void beat() : attempts.stopRun(runId)))
  const ending = new AbortController()
  const loops = [beat, tidy].map(work => repeat(work, options.heartbeatSeconds, ending.signal))
  const running = new Set<Promise<void>>()
  for (const name of QUEUES)
    await queue.work(name, { concurrency: options.concurrency[name] }, async stepId => {
      const done = execute(workshop, stepId)
      running.add(done)
      await done.finally(() => running.delete(done))
    })
  const stop = async () => {
    await queue.stop({ timeoutMs: options.drainSeconds * 1000 })
    attempts.stopAll()
    await Promise.allSettled(running)
    ending.abort()
    await Promise.all(loops)
    await unlisten()
  }
  let stopped: Promise<void> | undefined
  return {
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

function rounds({ db, queue, attempts, log }: Workshop, heartbeatSeconds: number) {
  // While the database was away nobody's heartbeat got through: all get the time to be heard before any is lost.
  let patience = 0
  const reaching = async (work: () => Promise<void>) => {
    const startedAt = performance.now()
    try {
      await work()
      if (performance.now() - startedAt > heartbeatSeconds * 1000) patience = SILENCE
    } catch (err) {
      patience = SILENCE
      log.error({ err }, 'the database could not be kept in order')
    }
  }
  const beat = () =>
    reaching(async () => {
      await attempts.beat(db.kysely)
      patience = Math.max(0, patience - 1)
    })
  const tidy = async () => {
    await reaching(async () => {
      const called = await callForgotten({ db, queue })
      if (called > 0) log.warn({ called }, 'steps were ready and not called')
    })
    if (patience > 0) return
    await reaching(async () => {
      const lost = await loseSilent({ db, queue }, heartbeatSeconds * SILENCE)
      if (lost > 0) log.warn({ lost }, 'steps were lost with their workers')
    })
  }
  return { beat, tidy }
}

async function repeat(work: () => Promise<unknown>, seconds: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const _tick of every(seconds * 1000, undefined, { signal })) await work()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
