// answers: what was answered to requests that carry a key, and who is still working on an answer; any number of processes share it.
import { setInterval as every } from 'node:timers'
import { sql } from 'kysely'
import type { Database } from '../db/open.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { openBell } from '../runs/events.ts'
import { ANSWERS_CHANNEL, type Answer, forgetOldAnswers, openShelf } from './answer-shelf.ts'

/** The right, and the duty, to answer. It is kept alive until one of the two is called. */
export type Claim = {
  /** Names what the request makes: the same for whoever takes over from a process that died. */
  readonly once: string
  /** Answers what all are to be told: this, or what somebody else has kept who took over in the meantime. */
  keep(answer: Answer): Promise<Answer>
  /** There is no answer that is worth keeping: whoever comes next tries again. */
  release(): Promise<void>
}

export interface Answers {
  /**
   * The answer to the request with this name, or a claim to make it. Waits while somebody is at it, without holding
   * a connection. Throws `idempotency_key_reused` where the name stood for another request, and the signal's reason
   * when it aborts first.
   */
  obtain(name: string, requestDigest: string, signal: AbortSignal): Promise<Answer | Claim>
  close(): Promise<void>
}

const LEASE_MS = 10_000
const FORGET_EVERY_MS = 600_000

export async function openAnswers(
  db: Database,
  { keepHours, leaseMs = LEASE_MS }: { keepHours: number; leaseMs?: number },
): Promise<Answers> {
  const bell = openBell()
  // The embedded database has one process: whoever was working on an answer is gone.
  if (db.engine === 'pglite') await sql`update answers set lease_until = now() where status is null`.execute(db.kysely)
  const unlisten = await db.listen(ANSWERS_CHANNEL, bell.ring)
  const shelf = openShelf(db, keepHours, leaseMs)
  let forgottenAt = performance.now()

  const obtain: Answers['obtain'] = async (name, requestDigest, signal) => {
    for (;;) {
      // Listening begins before looking, or an answer in between would be missed.
      const looked = new AbortController()
      const news = bell.next(name, AbortSignal.any([signal, looked.signal]))
      try {
        const found = await look(name, requestDigest)
        if (found) return found
        signal.throwIfAborted()
        await news
      } finally {
        looked.abort()
      }
    }
  }
  const look = async (name: string, requestDigest: string): Promise<Answer | Claim | undefined> => {
    const claim = newId('claim')
    const once = await shelf.claim(name, requestDigest, claim)
    if (once !== undefined) return hold(name, requestDigest, claim, once)
    const found = await shelf.read(name)
    if (found && found.request_digest !== requestDigest) throw reused()
    return found?.answer
  }
  const hold = (name: string, requestDigest: string, claim: string, once: string): Claim => {
    const renewal = every(() => void shelf.renew(name, claim).catch(() => undefined), leaseMs / 3).unref()
    return {
      once,
      async keep(answer) {
        clearInterval(renewal)
        if (await shelf.keep(name, claim, answer)) return answer
        // We stood still for so long that somebody took over. If they have gone, too, this answer is as good as any.
        const other = await obtain(name, requestDigest, new AbortController().signal)
        return 'keep' in other ? await other.keep(answer) : other
      },
      async release() {
        clearInterval(renewal)
        await shelf.release(name, claim)
      },
    }
  }
  return {
    async obtain(...request) {
      if (performance.now() - forgottenAt > FORGET_EVERY_MS) {
        forgottenAt = performance.now()
        await forgetOldAnswers(db)
      }
      return await obtain(...request)
    },
    close: unlisten,
  }
}

function reused(): AppError {
  return new AppError('idempotency_key_reused', 'This Idempotency-Key was sent before with another request')
}
