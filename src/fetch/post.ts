// post: tells somebody something over HTTP, and learns only whether it was heard.
import type { Errand } from './errand.ts'
import { exchange, type Message, type Network } from './exchange.ts'

export type Posted = { readonly status: number; readonly retryAfterSeconds?: number }

const BODY_MAX_BYTES = 65_536
const LONGEST_RETRY_SECONDS = 86_400

/** Any status is an answer, and a redirect is not followed. Throws `location_refused` or `unavailable`. */
export async function post(
  network: Network,
  errand: Errand,
  message: Omit<Message, 'method'>,
  now: () => number = Date.now,
): Promise<Posted> {
  await using answer = await exchange(network, errand, errand.url, { ...message, method: 'POST' })
  await discard(answer.body)
  const retryAfterSeconds = readRetryAfter(answer.headers['retry-after'], now())
  return { status: answer.status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
}

// Polite servers see their answer read; what is in it, and how it ends, changes nothing.
async function discard(body: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > BODY_MAX_BYTES) return
    }
  } catch {
    // The status has been told before.
  }
}

// Seconds or a date (RFC 9110, 10.2.3).
function readRetryAfter(written: string | undefined, nowMs: number): number | undefined {
  if (written === undefined) return undefined
  const seconds = /^\d{1,9}$/.test(written) ? Number(written) : Math.ceil((Date.parse(written) - nowMs) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_RETRY_SECONDS)
}
