// nudges: word from a vendor reaches whoever waits for it, in whatever process. It may be lost: whoever waits looks anyway.
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '../../db/open.ts'

export interface Nudges {
  /** Something has happened to what goes by this name. */
  ring(name: string): Promise<void>
  /** Resolves when this name is rung, or was since it was last waited for, or after so long. Throws the signal's reason. */
  wait(name: string, ms: number, signal: AbortSignal): Promise<void>
}

/** One listener for the whole process, whoever many wait. */
export async function openNudges(db: Database): Promise<Nudges & AsyncDisposable> {
  const waiting = new Map<string, Set<() => void>>()
  const unheard = new Set<string>()
  const hear = (name: string) => {
    const woken = waiting.get(name)
    if (woken) for (const wake of woken) wake()
    else remember(unheard, name)
  }
  // An empty name: the connection was lost for a while, so everybody looks again.
  const unlisten = await db.listen(CHANNEL, name => (name === '' ? [...waiting.keys()] : [name]).forEach(hear))
  return {
    async ring(name) {
      await sql`select pg_notify(${CHANNEL}, ${name})`.execute(db.kysely)
    },
    async wait(name, ms, signal) {
      signal.throwIfAborted()
      if (unheard.delete(name)) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const set = waiting.get(name) ?? new Set()
      waiting.set(name, set.add(resolve))
      const enough = new AbortController()
      const until = AbortSignal.any([signal, enough.signal])
      await Promise.race([promise, delay(ms, undefined, { signal: until }).catch(() => undefined)])
      enough.abort()
      set.delete(resolve)
      if (set.size === 0) waiting.delete(name)
      signal.throwIfAborted()
    },
    [Symbol.asyncDispose]: unlisten,
  }
}

const CHANNEL = 'kinora_nudges'
// It may come between two looks; most names are waited for in another process, or not any more.
const REMEMBERED = 1000

function remember(names: Set<string>, name: string): void {
  names.add(name)
  for (const oldest of names) {
    if (names.size <= REMEMBERED) break
    names.delete(oldest)
  }
}
