// connection: one request to the server and its answer: credentials, refusals as errors, another try after 429.
import { BackendError, readError } from './errors.ts'
import type { OnProgress } from './progress.ts'

export type ClientOptions = {
  /** Where the service is, such as `http://localhost:8000`; a path at the end stays. */
  readonly backendUrl: string
  /** The bearer token, where the server wants one; a function is asked before each request. */
  readonly authToken?: string | (() => string | undefined)
  /** Hears of every call that is not given a listener of its own. */
  readonly onProgress?: OnProgress
  /** How often a call is tried again after 429, each time as late as `Retry-After` says. 0 unless told. */
  readonly retries?: number
  /** In place of the global `fetch`. Uploads then go through it even where XMLHttpRequest is there. */
  readonly fetch?: typeof fetch
}

export type Outgoing = {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | FormData | URLSearchParams | ReadableStream<Uint8Array<ArrayBuffer>>
  readonly signal?: AbortSignal
  /** The request outlives the page that sends it. */
  readonly keepalive?: boolean
  /** The body can be sent only once: a refusal is final. */
  readonly isSpent?: true
}

/** Sends one request. Rejects with a TypeError when there is no answer, with the signal's reason when it aborts. */
export type Send = (url: string, request: Outgoing) => Promise<Response>

export type Connection = {
  readonly url: (path: string) => string
  readonly sendByFetch: Send
  /** Whether uploads must go through `fetch`. */
  readonly hasOwnFetch: boolean
  /** Answers 2xx, or throws a BackendError, or the reason of the signal. `request` is asked anew for each try. */
  exchange(path: string, request: () => Outgoing, send?: Send): Promise<Response>
}

export function openConnection(options: ClientOptions): Connection {
  const base = options.backendUrl.replace(/\/+$/, '')
  const fetcher: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const sendByFetch: Send = (url, request) => fetcher(url, request)
  const url = (path: string) => `${base}${path}`

  return {
    url,
    sendByFetch,
    hasOwnFetch: options.fetch !== undefined,
    async exchange(path, request, send = sendByFetch) {
      for (let triesLeft = options.retries ?? 0; ; triesLeft -= 1) {
        const outgoing = authorized(request(), options.authToken)
        const response = await send(url(path), outgoing).catch(thrown => unreachable(thrown, outgoing.signal))
        if (response.ok) return response
        const error = await readError(response)
        if (error.status !== 429 || triesLeft <= 0 || outgoing.isSpent) throw error
        await wait((error.retryAfterSeconds ?? 1) * 1000, outgoing.signal)
      }
    },
  }
}

/** Every failure while an answer is read or awaited, as the error that the caller is promised. */
export function unreachable(thrown: unknown, signal: AbortSignal | undefined): never {
  signal?.throwIfAborted()
  if (thrown instanceof BackendError) throw thrown
  throw new BackendError('The connection to the server failed', {
    status: 0,
    errorCode: 'NETWORK_ERROR',
    cause: thrown,
  })
}

function authorized(request: Outgoing, authToken: ClientOptions['authToken']): Outgoing {
  const token = typeof authToken === 'function' ? authToken() : authToken
  return token ? { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } } : request
}

async function wait(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, durationMs)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
