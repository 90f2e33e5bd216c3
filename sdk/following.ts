// following: hears from the server how far the work for one call has come. Whatever goes wrong here, the call goes on.
import type { Connection } from './connection.ts'
import { eventsOf } from './events.ts'

export type Following = {
  /** To be sent with the call: from them the server knows what is asked about. */
  readonly headers: Readonly<Record<string, string>>
  /** The server may have begun to work. */
  begin(): void
  /** The call has ended: nothing is heard any more. */
  stop(): void
}

// The work begins when all of the call has arrived, and a server that restarts is back in a moment. One that knows nothing
// of all this is not asked for ever.
const ASKED_AT_MOST = 4
const PAUSE_MS = 500

/** `onPercent` hears of every per cent, 0 to 100. */
export function follow(connection: Connection, onPercent: (percent: number) => void): Following {
  const id = newId()
  const ended = new AbortController()
  const { signal } = ended
  let listening = false

  async function listen(): Promise<void> {
    for (let asked = 0; asked < ASKED_AT_MOST; asked += 1) {
      // Refused, broken off or not understood: it is the same to us.
      const heard = await hear().catch(() => false)
      if (heard || signal.aborted) break
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    }
    // A call that is tried again after 429 begins once more.
    listening = false
  }

  /** Whether the end has been told. */
  async function hear(): Promise<boolean> {
    const asking = { method: 'GET', headers: { accept: 'text/event-stream' }, signal } as const
    const answer = await connection.exchange(`/progress/${id}`, () => asking)
    for await (const { event, data } of eventsOf(answer)) {
      if (signal.aborted || event === 'end') return true
      const percent = percentOf(data)
      if (percent !== undefined) onPercent(percent)
    }
    return false
  }

  return {
    headers: { 'x-progress-id': id },
    begin() {
      if (listening) return
      listening = true
      void listen()
    },
    stop: () => ended.abort(),
  }
}

/** For calls that nobody watches: nothing is sent, and nothing is asked. */
export const NOBODY_FOLLOWS: Following = { headers: {}, begin: () => undefined, stop: () => undefined }

// `crypto.randomUUID` is not there on pages that came without TLS.
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

function percentOf(text: string): number | undefined {
  const { percent } = JSON.parse(text) as { readonly percent?: unknown }
  return typeof percent === 'number' && percent >= 0 && percent <= 100 ? percent : undefined
}
