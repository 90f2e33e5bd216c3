// open: the guarded fetcher, the only outgoing HTTP to an address that a caller chose.
import { type Resolver, systemResolver } from './dial.ts'
import { download } from './download.ts'
import { startErrand } from './errand.ts'
import type { Network } from './exchange.ts'
import { openGuard } from './guard.ts'
import { type Inspected, inspect } from './inspect.ts'
import { type FetchLimits, LIMITS } from './limits.ts'
import { type Posted, post } from './post.ts'

/** All of it throws `location_refused` for what may not be called, and `unavailable` for what may work later. */
export interface Fetcher {
  /** By its spelling alone, nothing is called: the URL in its canonical spelling. */
  check(url: string): string
  /** Throws `source_missing` and `source_too_large` as well. */
  inspect(url: string, options: { signal?: AbortSignal }): Promise<Inspected>
  /** Into a file that must not be there yet. Throws `source_changed` when it is not what was inspected. */
  download(
    url: string,
    file: string,
    options: { inspected: Inspected; signal?: AbortSignal; onProgress?: (receivedBytes: number) => void },
  ): Promise<{ sizeBytes: number }>
  /** Does not follow redirects: a status of 3xx is a failure, like everything that is not 2xx. */
  post(
    url: string,
    options: {
      headers: Readonly<Record<string, string>>
      body: string | Buffer
      timeoutMs: number
      signal?: AbortSignal
    },
  ): Promise<Posted>
}

/** `allow` is what may be called although it is private: hosts, hosts with a port, networks (KINORA_FETCH_ALLOW). */
export function openFetcher({
  allow,
  maxBytes,
  resolver = systemResolver,
  limits: changes = {},
}: {
  allow: readonly string[]
  maxBytes: number
  resolver?: Resolver
  limits?: Partial<FetchLimits>
}): Fetcher {
  const guard = openGuard(allow)
  const limits = { ...LIMITS, ...changes }
  const network: Network = { guard, resolve: resolver, limits, maxBytes }
  return {
    check: url => guard.read(url).href,
    async inspect(url, { signal }) {
      return await inspect(network, startErrand(guard.read(url), signal, limits.totalMs))
    },
    async download(url, file, { inspected, signal, onProgress = () => undefined }) {
      const errand = startErrand(guard.read(url), signal, limits.totalMs)
      return await download(file, { network, errand, inspected, onProgress })
    },
    async post(url, { headers, body, timeoutMs, signal }) {
      const patient = { ...network, limits: { ...limits, headersMs: timeoutMs } }
      return await post(patient, startErrand(guard.read(url), signal, timeoutMs), { headers, body })
    },
  }
}
