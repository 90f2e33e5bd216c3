// server: what every listener has in common: limits, request ids, validation, one log line for a request, 404 and 405.
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { newId } from '../lib/ids.ts'
import { type IsProxy, knowAddresses, targetOf } from './address.ts'
import type { Answers } from './answers.ts'
import { knowCallers } from './authenticate.ts'
import type { Buckets } from './buckets.ts'
import { clientErrorHandler } from './client-errors.ts'
import { allowOrigins, type IsOrigin } from './cors.ts'
import { type Dialect, renderErrors, sendError } from './errors.ts'
import { refuseBadHead, refuseManyHeaders, setHeaders } from './headers.ts'
import { answerOnce } from './idempotency.ts'
import { readJson, refuseBadText, refuseCompression } from './json.ts'
import { byCallerOrAddress, limitRequests } from './limits.ts'
import { collectRoutes, refuseOtherMethods } from './methods.ts'
import { validatorCompiler } from './validator.ts'

export type Api = ReturnType<typeof withZod>

/** What a listener serves: routes, and the words for what goes wrong. */
export type Door = {
  readonly dialect: Dialect
  /** Whether an address is this door's, also where there is nothing: for doors that share a listener. */
  readonly owns?: (path: string) => boolean
  /** The words for an address where there is nothing; by default its own. */
  readonly dialectAt?: (path: string) => Dialect
  /** Where they are not the usual ones. */
  readonly limits?: Partial<ServerLimits>
  routes(api: Api): void | Promise<void>
}

export type ServerLimits = {
  readonly bodyBytes: number
  readonly headersMs: number
  readonly requestMs: number
  readonly checkMs: number
}

const LIMITS: ServerLimits = { bodyBytes: 256 * 1024, headersMs: 10_000, requestMs: 30_000, checkMs: 1000 }

/** What a server knows of the house that it stands in, and of the world around it. */
export type Surroundings = {
  /** Names the listener: the same request to another one is another request. */
  readonly name: string
  /** Where answers are kept; without, an Idempotency-Key means nothing. */
  readonly answers?: Answers
  /** Where calls are counted, and how many a minute each caller has. */
  readonly calls?: { readonly buckets: Buckets; readonly perMinute: number }
  readonly isProxy: IsProxy
  readonly isOrigin: IsOrigin
  readonly publicUrl?: string
}

const ALONE: Surroundings = { name: 'server', isProxy: () => false, isOrigin: () => false }

/** An HTTP server for one door, ready to listen or to be asked by `inject`. */
export async function openServer(
  door: Door,
  log: Logger,
  limits: Partial<ServerLimits> = {},
  surroundings: Surroundings = ALONE,
): Promise<Api> {
  const api = withZod(create(door.dialect, log, { ...LIMITS, ...door.limits, ...limits }, surroundings.isProxy))
  renderErrors(api, door.dialect, door.dialectAt)
  readJson(api)
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  knowCallers(api)
  knowAddresses(api, surroundings.publicUrl)
  api.addHook('onRequest', async (request, reply) => setHeaders(request, reply))
  // Before anything is refused: a page may read why.
  await allowOrigins(api, surroundings.isOrigin)
  api.addHook('onRequest', refuseManyHeaders)
  api.addHook('onRequest', refuseBadHead)
  // Node would answer by itself, in nobody's dialect.
  api.server.on('checkExpectation', (request, response) => api.server.emit('request', request, response))
  const { calls, name, answers } = surroundings
  if (calls) limitRequests(api, calls.buckets, [{ name: 'api', perMinute: calls.perMinute, by: byCallerOrAddress }])
  api.addHook('preParsing', refuseCompression)
  api.addHook('preValidation', refuseBadText)
  answerOnce(api, name, answers)
  api.addHook('onResponse', async (request, { statusCode, elapsedTime }) =>
    logRequest(request, statusCode, elapsedTime),
  )
  dropConnectionsOnClose(api)
  const routes = collectRoutes(api)
  await door.routes(api)
  refuseOtherMethods(api, routes)
  return api
}

function create(dialect: Dialect, log: Logger, limits: ServerLimits, isProxy: IsProxy): FastifyInstance {
  return fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('req'),
    bodyLimit: limits.bodyBytes,
    // Without these a connection that dribbles stays open for ever.
    requestTimeout: limits.requestMs,
    // A missing Host is refused by us, and in the door's own words.
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs, requireHostHeader: false },
    // A forwarded address is a claim, and believed only from those who may make it.
    trustProxy: isProxy,
    // What has been accepted is answered, also while we stop.
    return503OnClosing: false,
    // No hook has seen such a request.
    frameworkErrors(error, request, reply) {
      setHeaders(request, reply)
      sendError(error, request, reply, dialect)
    },
    clientErrorHandler: clientErrorHandler(dialect),
  })
}

function withZod(api: FastifyInstance) {
  return api.withTypeProvider<ZodTypeProvider>()
}

// A connection that was answering when the server began to close would stay open until it has been idle for long.
function dropConnectionsOnClose(api: FastifyInstance): void {
  let closing = false
  api.addHook('preClose', async () => {
    closing = true
  })
  api.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}

function logRequest(request: FastifyRequest, status: number, elapsedMs: number): void {
  // Queries carry secrets, and so do users in front of a host.
  const { path } = targetOf(request)
  request.log.info({ method: request.method, path, status, durationMs: Math.round(elapsedMs) }, 'request')
}
