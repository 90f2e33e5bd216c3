// worker: takes steps from the queues, keeps their heartbeats, and hands back what it cannot finish when it stops.
import { setInterval as every } from 'node:timers/promises'
import { execute, type Workshop } from './execute.ts'
import { reconcile } from './reconcile.ts'
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
  const { db, queue, attempts, log } = workshop
  const stopping = new AbortController()
  const unlisten = await db.listen(ENDED_CHANNEL, runId => (runId === '' ? void beat() : attempts.stopRun(runId)))
  const beat = () => attempts.beat(db.kysely).catch(err => log.error({ err }, 'a heartbeat failed'))
  const tidy = () =>
    reconcile(workshop, options.heartbeatSeconds * SILENCE).then(
      ({ lost, called }) => lost + called > 0 && log.warn({ lost, called }, 'steps were put right'),
      err => log.error({ err }, 'putting steps right failed'),
    )
  const loops = [
    repeat(beat, options.heartbeatSeconds, stopping.signal),
    repeat(tidy, options.heartbeatSeconds, stopping.signal),
  ]
  const running = new Set<Promise<void>>()
  for (const name of QUEUES)
    await queue.work(name, { concurrency: options.concurrency[name] }, async stepId => {
      const done = execute(workshop, stepId)
      running.add(done)
      await done.finally(() => running.delete(done))
    })
  return {
    async stop() {
      await queue.stop({ timeoutMs: options.drainSeconds * 1000 })
      attempts.stopAll()
      await Promise.allSettled(running)
      stopping.abort()
      await Promise.all(loops)
      await unlisten()
    },
  }
}

async function repeat(work: () => Promise<unknown>, seconds: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const _tick of every(seconds * 1000, undefined, { signal })) await work()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
