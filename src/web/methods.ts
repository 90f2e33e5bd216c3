// methods: what an address answers to methods that it does not have.
import type { FastifyInstance, RouteOptions } from 'fastify'
import { AppError } from '../lib/errors.ts'

/** Call before the routes are there: by address, the methods that it has. */
export function collectRoutes(api: FastifyInstance): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>()
  api.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const known = methods.get(url) ?? new Set()
    for (const name of [method].flat()) known.add(name)
    methods.set(url, known)
  })
  return methods
}

/** RFC 9110, 15.5.6 and 9.3.7: an address that exists answers 405 to other methods and says which it has; OPTIONS asks that. */
export function refuseOtherMethods(api: FastifyInstance, routes: ReadonlyMap<string, ReadonlySet<string>>): void {
  api.after(() => {
    for (const [url, methods] of [...routes].map(([url, known]) => [url, [...known]] as const)) {
      const allow = methods.join(', ')
      api.route({
        url,
        method: api.supportedMethods.filter(method => !methods.includes(method)),
        schema: { hide: true } as object,
        onRequest: async (request, reply) => {
          reply.header('allow', allow)
          if (request.method === 'OPTIONS') return reply.code(204).send()
          throw new AppError('method_not_allowed', `${request.method} is not possible here: there is ${allow}`)
        },
        handler: async () => undefined,
      })
    }
  })
}
