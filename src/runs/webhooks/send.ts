// send: one attempt at one delivery: worded, signed, posted; what came of it is a value. Never throws.
import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import type { Database } from '../../db/open.ts'
import type { Fetcher } from '../../fetch/open.ts'
import { toAppError } from '../../lib/errors.ts'
import type { Run } from '../run.ts'
import type { Claimed } from './claim.ts'
import type { FailureReason, Teller } from './delivery.ts'
import { type Message, toMessage } from './message.ts'
import { signingSecrets } from './secrets.ts'
import type { Outcome } from './settle.ts'

export type SendMeans = {
  readonly db: Database
  readonly fetcher: Pick<Fetcher, 'post'>
  /** By the name of the door: how it words its events. */
  readonly tellers: ReadonlyMap<string, Teller>
  /** `Kinora/1.2.3`. */
  readonly userAgent: string
  readonly log: Logger
}

export async function send(
  means: SendMeans,
  claimed: Claimed,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const startedAt = performance.now()
  const elapsedMs = () => performance.now() - startedAt
  try {
    const message = await wordedAndSigned(means, claimed)
    if (!message) return { durationMs: elapsedMs(), untold: true }
    const { headers, body } = message
    const answer = await means.fetcher.post(claimed.url, { headers, body, timeoutMs, signal })
    return { durationMs: elapsedMs(), ...answer }
  } catch (thrown) {
    const reason = signal.aborted ? 'interrupted' : reasonOf(thrown)
    const { id, attempt, host } = claimed
    if (reason === 'internal') means.log.error({ delivery: id, attempt, host, err: thrown }, 'a webhook was not sent')
    // To the second: exactly how fast nobody answered would tell what is there.
    return { durationMs: Math.ceil(elapsedMs() / 1000) * 1000, reason }
  }
}

async function wordedAndSigned({ db, tellers, userAgent }: SendMeans, claimed: Claimed): Promise<Message | undefined> {
  const { id, seq, type, data, eventAt: createdAt } = claimed
  const teller = tellers.get(claimed.door)
  if (!teller) throw new TypeError(`the door "${claimed.door}" has no words for its events`)
  const told = teller(runOfSnapshot(claimed.snapshot), { seq, type, data, createdAt })
  if (!told) return undefined
  const secrets = await signingSecrets(db.kysely, claimed.owner)
  return toMessage({ id, body: told.body, secrets }, { now: new Date(), userAgent })
}

// JSON has made texts of a run's times.
function runOfSnapshot(snapshot: unknown): Run {
  const run = snapshot as Run
  return { ...withDates(run), steps: run.steps.map(withDates) }
}

const TIMES = ['createdAt', 'updatedAt', 'startedAt', 'completedAt']

function withDates<Timed extends object>(value: Timed): Timed {
  const dates = Object.entries(value).flatMap(([name, text]) => (TIMES.includes(name) ? [[name, new Date(text)]] : []))
  return { ...value, ...Object.fromEntries(dates) }
}

function reasonOf(thrown: unknown): FailureReason {
  const { code } = toAppError(thrown)
  if (code === 'location_refused') return 'refused'
  return code === 'unavailable' ? 'no_answer' : 'internal'
}
