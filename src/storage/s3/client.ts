// client: the one way to an S3 server; nothing of the SDK is loaded before the first call.
import type { S3, S3ClientConfig } from '@aws-sdk/client-s3'
import { toS3Error } from './failures.ts'
import type { S3Place } from './place.ts'

/** What the environment and the AWS configuration files do not say; tests say more than programs do. */
export type S3Options = {
  /** Default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the configuration file, which the SDK reads itself; else AWS. */
  readonly endpoint?: string
  /** Default: the SDK's chain, then us-east-1. */
  readonly region?: string
  /** Default: the SDK's chain. */
  readonly credentials?: S3ClientConfig['credentials']
  /** The smallest part of a transfer in parts. */
  readonly partBytes?: number
  /** A connection on which nothing moves for this long is given up, and what it did is tried again. */
  readonly idleMs?: number
}

export interface S3Connection {
  readonly partBytes: number
  /** Calls the server. What goes wrong is told as an AppError about `place`; an abort throws the signal's reason. */
  call<Answer>(
    place: S3Place,
    send: (server: S3, options: { abortSignal?: AbortSignal }) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer>
  close(): Promise<void>
}

const ATTEMPTS = 5
const CONNECT_MS = 5000
// 8 MiB: the cost of a request is small against it, and four of them in memory are little.
const PART_BYTES = 8 << 20

export function openS3({ partBytes = PART_BYTES, idleMs = 15_000, ...options }: S3Options = {}): S3Connection {
  let server: Promise<S3> | undefined
  return {
    partBytes,
    async call(place, send, signal) {
      signal?.throwIfAborted()
      try {
        server ??= connect(options, idleMs)
        return await send(await server, { abortSignal: signal })
      } catch (error) {
        signal?.throwIfAborted()
        throw toS3Error(error, place)
      }
    },
    async close() {
      const open = await server?.catch(() => undefined)
      open?.destroy()
    },
  }
}

async function connect({ region, ...options }: S3Options, idleMs: number): Promise<S3> {
  // Loading it takes a tenth of a second and 35 MB: only who uses S3 pays.
  const { S3 } = await import('@aws-sdk/client-s3')
  const config: S3ClientConfig = {
    ...options,
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    followRegionRedirects: true,
    // Bodies carry Content-MD5. Other servers than AWS refuse, or store as content, the SDK's own trailing checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: idleMs },
  }
  const first = new S3({ ...config, region })
  const known = region ?? (await first.config.region().catch(() => undefined))
  return withPathStyle(known ? first : new S3({ ...config, region: 'us-east-1' }))
}

// Few servers other than AWS answer to bucket.host, and http://localhost:9000 cannot. Only at the first request does
// the SDK know whether an endpoint was set, in the environment or in a file.
function withPathStyle(server: S3): S3 {
  const resolve = server.config.endpointProvider
  server.config.endpointProvider = (parameters, context) =>
    resolve({ ...parameters, ForcePathStyle: parameters.Endpoint !== undefined }, context)
  return server
}
