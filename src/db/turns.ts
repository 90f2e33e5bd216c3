// turns: who may use the only connection: one after the other, and work in the background lets others go first.
import { AsyncLocalStorage } from 'node:async_hooks'

export interface Turns {
  /** Waits for a turn; it lasts until the answer is called. */
  begin(): Promise<() => void>
  /** A turn for as long as `work` takes. */
  take<T>(work: () => Promise<T>): Promise<T>
  /** Whatever `work` waits for, it lets others go first, for a while. */
  patiently<T>(work: () => T): T
}

type Waiter = { readonly go: () => void; readonly since: number }

// A request waits for no more than what is going on at this moment; work goes on even when requests never cease.
const LONGEST_MS = 50

export function openTurns(now = () => performance.now()): Turns {
  const patience = new AsyncLocalStorage<boolean>()
  const callers: Waiter[] = []
  const patient: Waiter[] = []
  let taken = false

  function end(): void {
    const isDue = patient.length > 0 && now() - (patient[0]?.since ?? 0) > LONGEST_MS
    const next = isDue ? patient.shift() : (callers.shift() ?? patient.shift())
    if (next) next.go()
    else taken = false
  }

  async function begin(): Promise<() => void> {
    if (taken) {
      const turn = Promise.withResolvers<void>()
      const waiting = patience.getStore() ? patient : callers
      waiting.push({ go: turn.resolve, since: now() })
      await turn.promise
    }
    taken = true
    return end
  }

  return {
    begin,
    async take(work) {
      const end = await begin()
      try {
        return await work()
      } finally {
        end()
      }
    },
    patiently: work => patience.run(true, work),
  }
}
