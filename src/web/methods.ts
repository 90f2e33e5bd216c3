// methods: what an address answers to methods that it does not have.
import type { FastifyInstance, RouteOptions } from 'fastify'
import { AppError } from '../lib/errors.ts'

/** An address, as those who answer others at it need to know it. */
export type Address = {
  readonly methods: Set<string>
  /** Where its routes are: failures are told in its words. */
  readonly scope: FastifyInstance
}

/** Call before the routes are there: every address that there is. */
export function collectRoutes(api: FastifyInstance): Map<string, Address> {
  const addresses = new Map<string, Address>()
  api.addHook('onRoute', function (this: FastifyInstance, { url, method }: RouteOptions) {
    const known = addresses.get(url) ?? { methods: new Set(), scope: this }
    for (const name of [method].flat()) known.methods.add(name)
    addresses.set(url, known)
  })
  return addresses
}

/** RFC 9110, 15.5.6 and 9.3.7: an address that exists answers 405 to other methods and says which it has; OPTIONS asks that. */
export function refuseOtherMethods(api: FastifyInstance, addresses: ReadonlyMap<string, Address>): void {
  api.after(() => {
    for (const [url, { methods, scope }] of [...addresses]) {
      const allow = [...methods].join(', ')
      api.route({
        url,
        method: api.supportedMethods.filter(method => !methods.has(method)),
        schema: { hide: true } as object,
        errorHandler: (error, request, reply) => scope.errorHandler(error, request, reply),
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
