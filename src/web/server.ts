// server: what every listener has in common: limits, request ids, validation, one log line for a request, 404 and 405.
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { ANONYMOUS } from './authenticate.ts'
import { clientErrorHandler } from './client-errors.ts'
import { type Dialect, renderErrors, sendError } from './errors.ts'
import { readJson, refuseBadText, refuseCompression } from './json.ts'
import { validatorCompiler } from './validator.ts'

export type Api = ReturnType<typeof withZod>

/** What a listener serves: routes, and the words for what goes wrong. */
export type Door = {
  readonly dialect: Dialect
  routes(api: Api): void | Promise<void>
}

export type ServerLimits = {
  readonly bodyBytes: number
  readonly headersMs: number
  readonly requestMs: number
  readonly checkMs: number
}

const LIMITS: ServerLimits = { bodyBytes: 256 * 1024, headersMs: 10_000, requestMs: 30_000, checkMs: 1000 }

/** An HTTP server for one door, ready to listen or to be asked by `inject`. */
export async function openServer(door: Door, log: Logger, limits: Partial<ServerLimits> = {}): Promise<Api> {
  const api = withZod(create(door.dialect, log, { ...LIMITS, ...limits }))
  renderErrors(api, door.dialect)
  readJson(api)
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  api.decorateRequest('owner', ANONYMOUS)
  api.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' })
  })
  api.addHook('preParsing', refuseCompression)
  api.addHook('preValidation', refuseBadText)
  api.addHook('onResponse', async (request, { statusCode, elapsedTime }) =>
    logRequest(request, statusCode, elapsedTime),
  )
  dropConnectionsOnClose(api)
  const routes = collectRoutes(api)
  await door.routes(api)
  refuseOtherMethods(api, routes)
  return api
}

function create(dialect: Dialect, log: Logger, limits: ServerLimits): FastifyInstance {
  return fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('req'),
    bodyLimit: limits.bodyBytes,
    // Without these a connection that dribbles stays open for ever.
    requestTimeout: limits.requestMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs },
    // A forwarded address is a claim; nobody is trusted to make it until there is a list of who may.
    trustProxy: false,
    // What has been accepted is answered, also while we stop.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply, dialect),
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
  const path = request.url.split('?', 1)[0]
  request.log.info({ method: request.method, path, status, durationMs: Math.round(elapsedMs) }, 'request')
}

function collectRoutes(api: FastifyInstance): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>()
  api.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const known = methods.get(url) ?? new Set()
    for (const name of [method].flat()) known.add(name)
    methods.set(url, known)
  })
  return methods
}

// RFC 9110, 15.5.6: an address that exists answers 405 to other methods, and says which it has.
function refuseOtherMethods(api: FastifyInstance, routes: ReadonlyMap<string, ReadonlySet<string>>): void {
  api.after(() => {
    for (const [url, methods] of [...routes].map(([url, known]) => [url, [...known]] as const)) {
      const allow = methods.join(', ')
      api.route({
        url,
        method: api.supportedMethods.filter(method => !methods.includes(method)),
        schema: { hide: true } as object,
        onRequest: async (request, reply) => {
          reply.header('allow', allow)
          throw new AppError('method_not_allowed', `${request.method} is not possible here: there is ${allow}`)
        },
        handler: async () => undefined,
      })
    }
  })
}
