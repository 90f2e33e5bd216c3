// json: reads bodies, and refuses what must not get in: poisoned names, text no database keeps, nesting without end.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pointer } from '../engine/faults.ts'
import { AppError, type Fault } from '../lib/errors.ts'
import { printFault } from './sentences.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent; empty when there is none. */
    bodyText: string
  }
}

const MAX_DEPTH = 64

/** Bodies are JSON or nothing. Clients that always send a Content-Type also send it without a body, as with DELETE. */
export function readJson(api: FastifyInstance): void {
  api.decorateRequest('bodyText', '')
  api.removeAllContentTypeParsers()
  api.addContentTypeParser('application/json', { parseAs: 'string' }, async (request: FastifyRequest, body: string) => {
    request.bodyText = body
    return body === '' ? undefined : parse(body)
  })
}

/** A hook for every request, before its body is read. Throws `content_type_unsupported` for a compressed one. */
export async function refuseCompression({ headers }: FastifyRequest, reply: FastifyReply): Promise<void> {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() === 'identity') return
  // RFC 9110, 12.5.3: an answer that refuses an encoding says which would do.
  reply.header('accept-encoding', 'identity')
  throw new AppError('content_type_unsupported', 'The body must not be compressed: send it without Content-Encoding')
}

/** A hook for every request, before its parts are validated. Throws `request_invalid`. */
export async function refuseBadText({ body, query, params }: FastifyRequest): Promise<void> {
  const fault = badText(body, '') ?? badText(query, '/querystring') ?? badText(params, '/params')
  if (fault) throw new AppError('request_invalid', printFault(fault), { details: [fault] })
}

type Place = { readonly value: unknown; readonly at: string; readonly depth: number }

/** The first text or name in a JSON value that must not get in. A loop, because the value may be very deep. */
export function badText(root: unknown, rootAt: string): Fault | undefined {
  const places: Place[] = [{ value: root, at: rootAt, depth: 0 }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { value, at, depth } = place
    if (typeof value === 'string' && !isStorable(value))
      return { pointer: at, message: 'must be text without NUL or half a surrogate pair' }
    if (typeof value !== 'object' || value === null) continue
    if (depth === MAX_DEPTH)
      return { pointer: rootAt, message: `must not be nested more than ${MAX_DEPTH} levels deep` }
    for (const [name, member] of Object.entries(value)) {
      const reason = badName(name, member)
      if (reason !== undefined) return { pointer: at, message: reason }
      places.push({ value: member, at: pointer(at, [name]), depth: depth + 1 })
    }
  }
  return undefined
}

function badName(name: string, member: unknown): string | undefined {
  if (!isStorable(name)) return 'must not have a member whose name has NUL or half a surrogate pair'
  // Copied from object to object by careless code, these would change every object there is.
  const poison = name === '__proto__' || (name === 'constructor' && Object.hasOwn(Object(member), 'prototype'))
  return poison ? `must not have a member ${name}` : undefined
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    // The rest of the message quotes the body.
    const place = /line \d+ column \d+/.exec(String(cause))?.[0]
    throw new AppError('request_invalid', `The body is not valid JSON${place ? `: look at ${place}` : ''}`, { cause })
  }
}
