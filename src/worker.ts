// worker: the part of the program that does the work, over an App.
import type { App } from './app.ts'
import { keepTallies } from './runs/tallies.ts'
import { startUpkeep } from './runs/upkeep/start.ts'
import { startSender } from './runs/webhooks/sender.ts'
import { startWorker, type Worker } from './runs/worker.ts'

/** Takes steps from the queues, sends webhooks and keeps things in order, until it is stopped. */
export async function openWorker({ config, workshop, sending, upkeep, log }: App): Promise<Worker> {
  const drainSeconds = config.drainMs / 1000
  const { concurrency, heartbeatMs } = config
  const sender = await startSender(sending, { concurrency: concurrency.notify, drainSeconds })
  const worker = await startWorker(workshop, { concurrency, heartbeatSeconds: heartbeatMs / 1000, drainSeconds })
  const keeper = startUpkeep(upkeep, log)
  const counter = keepTallies(upkeep.tallies, upkeep.db.kysely, log)
  const stop = async () => {
    await Promise.all([worker.stop(), sender.stop(), keeper.stop()])
    await counter.stop()
  }
  return { stop }
}
