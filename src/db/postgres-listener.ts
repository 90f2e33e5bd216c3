// postgres-listener: one connection that waits for notifications, and comes back when it was lost.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export type Listener = {
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

const HEARTBEAT_MS = 10_000
const ANSWER_MS = 5_000
const LONGEST_PAUSE_MS = 5_000

/** `connect` makes a client that is not connected yet. After each reconnection every reader is called with `''`. */
export function openListener(connect: () => pg.Client): Listener {
  const readers = new Map<string, Set<(payload: string) => void>>()
  const closing = new AbortController()
  let session: Promise<pg.Client> | undefined

  /** The living session, opened when there is none; every channel is subscribed before it resolves. */
  function ready(): Promise<pg.Client> {
    session ??= open().catch(error => {
      session = undefined
      throw error
    })
    return session
  }

  async function open(): Promise<pg.Client> {
    const client = connect()
    client.on('notification', ({ channel, payload }) => {
      for (const onPayload of readers.get(channel) ?? []) onPayload(payload ?? '')
    })
    client.on('error', () => {})
    try {
      await client.connect()
      for (const channel of readers.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      void client.end().catch(() => {})
      throw error
    }
    client.once('end', () => void lost())
    void heartbeat(client)
    return client
  }

  async function lost(): Promise<void> {
    session = undefined
    for (let pauseMs = 50; !closing.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      await pause(pauseMs)
      if (closing.signal.aborted || readers.size === 0) return
      const back = await ready().then(
        () => true,
        () => false,
      )
      if (!back) continue
      for (const onPayload of [...readers.values()].flatMap(set => [...set])) onPayload('')
      return
    }
  }

  // A connection that died without a word looks like one on which nothing happens.
  async function heartbeat(client: pg.Client): Promise<void> {
    let alive = true
    client.once('end', () => {
      alive = false
    })
    while (alive && !closing.signal.aborted) {
      await pause(HEARTBEAT_MS)
      const answered = client.query('select 1').then(
        () => true,
        () => false,
      )
      if (alive && !(await Promise.race([answered, pause(ANSWER_MS).then(() => false)]))) hangUp(client)
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: closing.signal, ref: false }).catch(() => {})
  }

  return {
    async listen(channel, onPayload) {
      const set = readers.get(channel) ?? new Set()
      readers.set(channel, set.add(onPayload))
      const forget = () => {
        set.delete(onPayload)
        if (set.size === 0 && readers.get(channel) === set) readers.delete(channel)
      }
      try {
        await (await ready()).query(`listen ${pg.escapeIdentifier(channel)}`)
      } catch (error) {
        forget()
        throw error
      }
      return async () => {
        forget()
        if (readers.has(channel) || closing.signal.aborted) return
        await (await session)?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {})
      }
    },

    async close() {
      closing.abort()
      readers.clear()
      await (await session?.catch(() => undefined))?.end().catch(() => {})
    },
  }
}

// `end()` waits for the server's answer, which is just what does not come.
function hangUp(client: pg.Client): void {
  client.connection.stream.destroy()
}
