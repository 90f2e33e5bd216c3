// exchange: one request and its answer over a connection of its own, which is gone afterwards.
import type { IncomingHttpHeaders } from 'node:http'
import { Client, type Dispatcher } from 'undici'
import { pinnedConnector, type Resolver } from './dial.ts'
import type { Errand } from './errand.ts'
import type { Guard } from './guard.ts'
import type { FetchLimits } from './limits.ts'

/** What every request goes through. */
export type Network = {
  readonly guard: Guard
  readonly resolve: Resolver
  readonly limits: FetchLimits
  readonly maxBytes: number
}

export type Message = {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export interface Answer extends AsyncDisposable {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As it came, never decoded. Throws `unavailable` where it breaks off or becomes too slow. */
  readonly body: AsyncIterable<Buffer>
}

const HEADERS_MAX_BYTES = 16_384
const ALWAYS = { 'user-agent': 'kinora', accept: '*/*', 'accept-encoding': 'identity' }

/**
 * A client for each request: with no pool there is no socket that somebody else opened unguarded, and none to keep.
 * Dispose of the answer. Throws `location_refused` or `unavailable`.
 */
export async function exchange(network: Network, errand: Errand, url: URL, message: Message): Promise<Answer> {
  const { guard, resolve, limits } = network
  const over = new AbortController()
  const connect = pinnedConnector({ guard, resolve, connectMs: limits.connectMs, errand, over: over.signal })
  const client = new Client(url.origin, {
    ...{ connect, allowH2: false, maxHeaderSize: HEADERS_MAX_BYTES },
    // Undici's own timeouts start anew with every byte; ours do not.
    ...{ headersTimeout: 0, bodyTimeout: 0 },
  })
  const end = async () => {
    errand.signal.removeEventListener('abort', end)
    over.abort()
    await client.destroy()
  }
  errand.signal.addEventListener('abort', end)
  const timer = setTimeout(end, limits.headersMs)
  try {
    errand.signal.throwIfAborted()
    const { statusCode, headers, body } = await client.request(toRequest(url, message))
    // An answer that is given up may break off later without anybody listening.
    body.on('error', () => undefined)
    return { status: statusCode, headers, body: measured(body, limits, errand, end), [Symbol.asyncDispose]: end }
  } catch (thrown) {
    await end()
    throw errand.failure(thrown)
  } finally {
    clearTimeout(timer)
  }
}

function toRequest(url: URL, { method, headers, body }: Message): Dispatcher.RequestOptions {
  return {
    ...{ method, path: `${url.pathname}${url.search}`, headers: { ...ALWAYS, ...headers } },
    ...{ body: body ?? null, reset: true },
  }
}

// The body, as long as enough of it arrives in every window; the time in which nobody reads does not count.
async function* measured(
  body: AsyncIterable<Buffer>,
  { windowMs, windowBytes }: FetchLimits,
  errand: Errand,
  end: () => Promise<void>,
): AsyncGenerator<Buffer, void> {
  let bytes = 0
  let waiting = true
  const timer = setInterval(() => {
    if (waiting && bytes < windowBytes) void end()
    bytes = 0
  }, windowMs)
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      waiting = false
      yield chunk
      waiting = true
    }
  } catch (thrown) {
    throw errand.failure(thrown)
  } finally {
    clearInterval(timer)
  }
}
