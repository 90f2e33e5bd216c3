// cors: which web pages may call us from a browser: those of a list, by their exact origins, and with credentials.
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Whether pages of this origin (`https://app.example.com`) may call. */
export type IsOrigin = (origin: string) => boolean

/**
 * Call before the routes are there. What is not allowed is answered without a word of it, and the browser refuses. Those
 * who may call may send every header that they ask for: which ones their libraries add is not ours to know.
 */
export async function allowOrigins(api: FastifyInstance, isOrigin: IsOrigin): Promise<void> {
  await api.register(cors, {
    origin: async (origin: string | undefined) => origin !== undefined && isOrigin(origin),
    credentials: true,
    methods: METHODS,
    exposedHeaders: ANSWER_HEADERS,
    maxAge: 600,
    // Its refusal would be plain text; what is no preflight is answered as any OPTIONS.
    strictPreflight: false,
  })
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

// With credentials a star means nothing: every header is named that an answer of ours may have and that browsers would
// keep from scripts (Fetch, "CORS-safelisted response-header name"), also those of resumable uploads.
const ANSWER_HEADERS = [
  'Accept-Ranges',
  'Allow',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'Content-Range',
  'Date',
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Policy',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'Tus-Checksum-Algorithm',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Concat',
  'Upload-Defer-Length',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
  'WWW-Authenticate',
  'X-Progress-ID',
  'X-Request-ID',
  'X-Total-Count',
]
