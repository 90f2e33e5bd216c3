// follow: how far a job is: told by the service as it happens, and asked for where that does not reach us.
import { eventsOf } from '../../../../../sdk/events.ts'
import type { Job, JobNews, Status } from './answers.ts'
import { openBudget } from './budget.ts'
import { Refusal } from './refusal.ts'
import { service } from './service.ts'

// Browsers open six connections to a host; pictures and calls need some of them.
const MOST_STREAMS = 3
// A stream that says nothing for so long may be held back somewhere on its way.
const QUIET_MS = 20_000
const PAUSE_MS = 3000

// The service's limit is 60 a minute, for all tabs of an address.
const budget = openBudget(40, 60_000)
let streams = 0
let followed = 0

/** Resolves with the job once it has ended, however long the service cannot be reached. Throws when there is none. */
export async function followJob(id: string, onNews: (news: JobNews) => void): Promise<Job> {
  followed += 1
  try {
    for (;;) {
      await listen(id, onNews)
      const job = await askStatus(id)
      if (job) onNews(job)
      if (job && hasEnded(job.status)) return job
      await sleep(PAUSE_MS * followed)
    }
  } finally {
    followed -= 1
  }
}

/** What there is to know about a job. Waits where that has been asked for too often. */
export async function askJob(id: string): Promise<Job> {
  await sleep(budget.take(Date.now()))
  return await service.status(id)
}

export function hasEnded(status: Status): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

async function listen(id: string, onNews: (news: JobNews) => void): Promise<void> {
  if (streams >= MOST_STREAMS) return
  streams += 1
  const stop = new AbortController()
  const quiet = openAlarm(QUIET_MS, () => stop.abort())
  try {
    for await (const { data } of eventsOf(await service.events(id, stop.signal))) {
      quiet.restart()
      const news = JSON.parse(data) as JobNews
      onNews(news)
      if (hasEnded(news.status)) return
    }
  } catch {
    // Asking will tell.
  } finally {
    quiet.stop()
    stop.abort()
    streams -= 1
  }
}

async function askStatus(id: string): Promise<Job | undefined> {
  try {
    return await askJob(id)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const { status, retryAfterSeconds } = thrown
    if (status === 429 || retryAfterSeconds !== undefined) budget.block(Date.now(), (retryAfterSeconds ?? 10) * 1000)
    else if (status > 0 && status < 500) throw thrown
    return undefined
  }
}

function openAlarm(ms: number, ring: () => void) {
  let timer = setTimeout(ring, ms)
  return {
    restart() {
      clearTimeout(timer)
      timer = setTimeout(ring, ms)
    },
    stop: () => clearTimeout(timer),
  }
}

async function sleep(ms: number): Promise<void> {
  if (ms > 0) await new Promise(resolve => setTimeout(resolve, ms))
}
