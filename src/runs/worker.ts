// worker: takes steps from the queues, keeps their heartbeats, and hands back what it cannot finish when it stops.
import { setInterval as every } from 'node:timers/promises'
import { execute, type Workshop } from './execute.ts'
import { openRounds } from './rounds.ts'
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

export async function startWorker(workshop: Workshop, options: WorkerOptions): Promise<Worker> {
  const { db, queue, attempts } = workshop
  const { beat, tidy } = openRounds(workshop, options.heartbeatSeconds)
  // An empty name: the connection was lost for a while, and the news of an end may have been lost with it.
  const unlisten = await db.listen(ENDED_CHANNEL, ended => {
    const [runId = '', seq] = ended.split(' ')
    if (runId === '') void beat()
    else attempts.stopRun(runId, Number(seq))
  })
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

async function repeat(work: () => Promise<unknown>, seconds: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const _tick of every(seconds * 1000, undefined, { signal })) await work()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
