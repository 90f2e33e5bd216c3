// slots: so many handlers at once and no more; whenever one is free the next entry is taken, and only then.
import { setTimeout as sleep } from 'node:timers/promises'

export type Slots = {
  /** There may be something to take. */
  wake(): void
  stop(timeoutMs: number): Promise<void>
}

export type SlotsOptions<Entry> = {
  readonly concurrency: number
  /** Takes up to `limit` entries that are due, the most urgent ones. */
  readonly take: (limit: number) => Promise<readonly Entry[]>
  readonly handler: (entry: Entry) => Promise<void>
  readonly onError: (error: unknown) => void
}

export function openSlots<Entry>({ concurrency, take, handler, onError }: SlotsOptions<Entry>): Slots {
  const running = new Set<Promise<void>>()
  let called = false
  let taking = Promise.resolve()
  let isTaking = false
  let stopped = false

  function wake(): void {
    called = true
    if (!isTaking) taking = fill()
  }

  async function fill(): Promise<void> {
    isTaking = true
    while (called && !stopped && running.size < concurrency) {
      called = false
      for (const entry of await take(concurrency - running.size).catch(failed)) start(entry)
    }
    isTaking = false
  }

  function failed(error: unknown): readonly Entry[] {
    onError(error)
    return []
  }

  function start(entry: Entry): void {
    const run: Promise<void> = handler(entry)
      .catch(onError)
      .finally(() => {
        running.delete(run)
        wake()
      })
    running.add(run)
  }

  wake()
  return {
    wake,
    async stop(timeoutMs) {
      stopped = true
      // What is being taken at this moment is started, so that it is not lost.
      await taking
      const late = new AbortController()
      const timeout = sleep(timeoutMs, undefined, { signal: late.signal }).catch(() => {})
      await Promise.race([Promise.all(running), timeout])
      late.abort()
    },
  }
}
