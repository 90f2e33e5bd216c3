// cors: which web pages may call us from a browser: those of a list, by their exact origins, and with credentials.
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Whether pages of this origin (`https://app.example.com`) may call. */
export type IsOrigin = (origin: string) => boolean

/** Call before the routes are there. What is not allowed is answered without a word of it, and the browser refuses. */
export async function allowOrigins(api: FastifyInstance, isOrigin: IsOrigin): Promise<void> {
  await api.register(cors, {
    origin: async (origin: string | undefined) => origin !== undefined && isOrigin(origin),
    credentials: true,
    methods: METHODS,
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: ANSWER_HEADERS,
    maxAge: 600,
    // Its refusal would be plain text; what is no preflight is answered as any OPTIONS.
    strictPreflight: false,
  })
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const REQUEST_HEADERS = [
  'Accept',
  'Authorization',
  'Cache-Control',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Range',
  'X-API-Key',
  'X-Progress-ID',
  'X-Requested-With',
]

const ANSWER_HEADERS = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
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
  'X-Request-ID',
  'X-Total-Count',
]
