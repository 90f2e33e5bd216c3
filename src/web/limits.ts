// limits: how often a caller may call, counted for each limit and caller, and told in the headers of every answer.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../lib/errors.ts'
import { addressOf } from './address.ts'
import type { Buckets, Level } from './buckets.ts'

export type Limit = {
  /** Counts together whatever has the same name. */
  readonly name: string
  /** 0 is no limit. */
  readonly perMinute: number
  /** Who is counted; a request for which this is undefined is not. */
  readonly by: (request: FastifyRequest) => string | undefined
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What holds for this route in place of what holds for all. */
    limits?: readonly Limit[]
  }
}

/** Call before the routes are there. A request is counted once it is known who calls, before its body is read. */
export function limitRequests(api: FastifyInstance, buckets: Buckets, usual: readonly Limit[]): void {
  api.addHook('preParsing', async (request, reply) => {
    const limits = request.routeOptions.config?.limits ?? usual
    const counts = limits.flatMap(limit => {
      const who = limit.perMinute > 0 ? limit.by(request) : undefined
      return who === undefined ? [] : [{ limit, who }]
    })
    const taken = await Promise.all(
      counts.map(async ({ limit, who }) => ({
        limit,
        level: await buckets.take(`${limit.name} ${who}`, limit.perMinute),
      })),
    )
    tell(reply, taken)
    const refused = taken.filter(({ level }) => !level.allowed)
    if (refused.length > 0) throw refusal(reply, refused)
  })
}

/** For limits by the person: whoever has shown who they are. */
export function byCaller({ principal, owner }: FastifyRequest): string | undefined {
  return principal.method === 'anonymous' ? undefined : `caller ${owner}`
}

/** For limits by the place that a request comes from. */
export function byAddress(request: FastifyRequest): string {
  return `address ${addressOf(request)}`
}

/** For limits by the place, of those whom nobody knows. */
export function byAddressOfStrangers(request: FastifyRequest): string | undefined {
  return byCaller(request) === undefined ? byAddress(request) : undefined
}

/** By the person, or by the place where nobody knows the person. */
export function byCallerOrAddress(request: FastifyRequest): string {
  return byCaller(request) ?? byAddress(request)
}

type Taken = { readonly limit: Limit; readonly level: Level }

// draft-ietf-httpapi-ratelimit-headers-10; and three headers of an earlier draft that today's clients read.
function tell(reply: FastifyReply, taken: readonly Taken[]): void {
  const [tightest] = taken.toSorted((a, b) => a.level.remaining - b.level.remaining)
  if (!tightest) return
  reply.headers({
    'ratelimit-policy': taken.map(({ limit }) => `"${limit.name}";q=${limit.perMinute};w=60`).join(', '),
    ratelimit: taken
      .map(({ limit, level }) => `"${limit.name}";r=${level.remaining};t=${toSeconds(level.fullMs)}`)
      .join(', '),
    'ratelimit-limit': tightest.limit.perMinute,
    'ratelimit-remaining': tightest.level.remaining,
    'ratelimit-reset': toSeconds(tightest.level.fullMs),
  })
}

function refusal(reply: FastifyReply, refused: readonly Taken[]): AppError {
  const [first] = refused.toSorted((a, b) => b.level.waitMs - a.level.waitMs)
  const seconds = Math.max(1, toSeconds(first?.level.waitMs ?? 0))
  reply.header('retry-after', seconds)
  const limit = `At most ${first?.limit.perMinute} requests a minute are answered here`
  return new AppError('too_many_requests', `${limit}: try again in ${seconds} s`)
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
