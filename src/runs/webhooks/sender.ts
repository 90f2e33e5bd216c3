// sender: takes deliveries that are due and sends them, so many at once, and no receiver or owner holds up the others.
import { openSlots } from '../../queue/slots.ts'
import { persistently } from '../persistently.ts'
import { DELIVERIES_CHANNEL } from './announce.ts'
import { type Claimed, claimDelivery, takeOverDeliveries } from './claim.ts'
import { DELAYS_SECONDS } from './delays.ts'
import { type SendMeans, send } from './send.ts'
import { settle } from './settle.ts'

export type SenderOptions = {
  /** How many are sent at once. */
  readonly concurrency: number
  /** How long those that are under way may go on when it stops. */
  readonly drainSeconds: number
  /** Before each attempt, the first included; after the last it is given up. */
  readonly delaysSeconds?: readonly number[]
  readonly timeoutMs?: number
}

export interface Sender {
  /** Sends nothing more, waits for what is under way, and hands back what takes longer than the drain. */
  stop(): Promise<void>
}

const TIMEOUT_MS = 15_000
// From its claim to its record a delivery is under way for hardly longer than its attempt.
const LEASE_MARGIN_SECONDS = 30
// For what has become due by itself, and for news that was lost.
const LOOK_AGAIN_MS = 2000

export async function startSender(means: SendMeans, options: SenderOptions): Promise<Sender> {
  const { db, log, tellers } = means
  const { concurrency, drainSeconds, delaysSeconds = DELAYS_SECONDS, timeoutMs = TIMEOUT_MS } = options
  if (db.engine === 'pglite') await takeOverDeliveries(db)
  const ending = new AbortController()
  const underWay = new Map<Claimed, Promise<void>>()
  const onError = (err: unknown) => log.error({ err }, 'webhooks could not be sent')
  const claim = async () => {
    const busy = tooBusy([...underWay.keys()], concurrency)
    const leaseSeconds = timeoutMs / 1000 + LEASE_MARGIN_SECONDS
    // What was claimed before this one is under way, and must be reported all the same.
    return await claimDelivery(db.kysely, { doors: [...tellers.keys()], busy, leaseSeconds }).catch(onError)
  }
  const work = async (claimed: Claimed) => {
    const outcome = await send(means, claimed, { timeoutMs, signal: ending.signal })
    await persistently(ending.signal, () => settle(db, claimed, outcome, delaysSeconds))
  }
  // Begun as soon as it is claimed, so that the next claim counts it.
  const take = async (limit: number) => {
    const taken: Promise<void>[] = []
    while (taken.length < limit) {
      const claimed = await claim()
      if (!claimed) break
      const done = work(claimed)
        .catch(onError)
        .finally(() => underWay.delete(claimed))
      underWay.set(claimed, done)
      taken.push(done)
    }
    // In an array each, or they would be waited for here.
    return taken.map(done => [done] as const)
  }
  const handler = ([done]: readonly [Promise<void>]) => done
  const slots = openSlots({ concurrency, take, handler, onError })
  const unlisten = await db.listen(DELIVERIES_CHANNEL, slots.wake)
  const poll = setInterval(slots.wake, LOOK_AGAIN_MS)
  const stop = async () => {
    clearInterval(poll)
    await slots.stop(drainSeconds * 1000)
    ending.abort()
    await Promise.allSettled(underWay.values())
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

// One receiver gets a quarter of all slots, and the receivers of one owner half of them.
function tooBusy(underWay: readonly Claimed[], concurrency: number) {
  const atLeast = (share: number, of: (claimed: Claimed) => string) =>
    [...Map.groupBy(underWay, of)].filter(([, all]) => all.length >= Math.max(1, share)).map(([name]) => name)
  return {
    hosts: atLeast(Math.floor(concurrency / 4), ({ host }) => host),
    owners: atLeast(Math.ceil(concurrency / 2), ({ owner }) => owner),
  }
}
