// worker: the part of the program that does the work, over an App.
import type { App } from './app.ts'
import { startWorker, type Worker } from './runs/worker.ts'

/** Takes steps from the queues until it is stopped. */
export async function openWorker({ config, workshop }: App): Promise<Worker> {
  return await startWorker(workshop, {
    concurrency: config.concurrency,
    heartbeatSeconds: config.heartbeatMs / 1000,
    drainSeconds: config.drainMs / 1000,
  })
}
