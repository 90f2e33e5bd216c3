// idempotency: a POST with an Idempotency-Key happens once, however often it is sent, and is answered alike every time.
import { createHash } from 'node:crypto'
import { finished } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../lib/errors.ts'
import { targetOf } from './address.ts'
import type { Answer } from './answer-shelf.ts'
import type { Answers, Claim } from './answers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Names what this request makes, for whoever makes it: the same when it has to be begun again. */
    once: string | undefined
  }
  interface FastifyContextConfig {
    /** False where the answer to a POST is a secret that must not be kept. */
    idempotent?: boolean
  }
}

type Held = { readonly claim: Claim; readonly before: Headers }
type Headers = Answer['headers']

/** Call before the routes are there. `door` tells apart doors that have the same paths. */
export function answerOnce(api: FastifyInstance, door: string, answers: Answers | undefined): void {
  api.decorateRequest('once', undefined)
  if (!answers) return
  const held = new WeakMap<FastifyRequest, Held>()
  const closing = new AbortController()
  api.addHook('preClose', async () => closing.abort(new AppError('unavailable', 'The server stops: ask again')))

  // After everything that could refuse the request without beginning it.
  api.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request)
    if (key === undefined) return
    const hungUp = new AbortController()
    finished(reply.raw, () => hungUp.abort(new AppError('request_timeout', 'Whoever asked has gone')))
    const patience = AbortSignal.any([hungUp.signal, closing.signal])
    const found = await answers.obtain(nameOf(request, door, key), digestOf(request), patience)
    if (!('keep' in found)) return replay(reply, found).send(found.body ?? undefined)
    request.once = found.once
    held.set(request, { claim: found, before: reply.getHeaders() })
  })

  // Nothing is said before it is kept: what could not be kept is answered with an error, and the same key tries again.
  api.addHook('onSend', async (request, reply, payload) => {
    const { claim, before } = held.get(request) ?? {}
    if (!claim || !before) return payload
    held.delete(request)
    if (!isFinal(reply.statusCode) || !isWhole(payload)) {
      // A claim that is not given back lapses.
      await claim.release().catch(() => undefined)
      return payload
    }
    const headers = newHeaders(before, reply.getHeaders())
    const answer = { status: reply.statusCode, headers, body: isEmpty(payload) ? null : Buffer.from(payload as string) }
    const kept = await claim.keep(answer)
    if (kept === answer) return payload
    for (const name of Object.keys(headers)) reply.removeHeader(name)
    replay(reply, kept)
    return kept.body
  })
}

function replay(reply: FastifyReply, { status, headers }: Answer): FastifyReply {
  return reply.code(status).headers(headers).header('idempotent-replayed', 'true')
}

// It stands in a log and in an index: visible ASCII, and not without end.
function keyOf({ method, headers, routeOptions, is404 }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined || method !== 'POST' || is404 || routeOptions.config?.idempotent === false) return undefined
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new AppError('request_invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters')
}

function nameOf(request: FastifyRequest, door: string, key: string): string {
  const { owner, principal, method } = request
  // What an admin was told is not for the same person's key that is no admin.
  return sha256(JSON.stringify([owner, principal.role, door, method, targetOf(request).path, key]))
}

function digestOf(request: FastifyRequest): string {
  const { path, search } = targetOf(request)
  return sha256(JSON.stringify([`${path}${search}`, request.bodyText]))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

// What another try, by somebody who is let in and at a better time, might answer differently is not the answer.
function isFinal(status: number): boolean {
  return status < 500 && ![401, 403, 408, 429].includes(status)
}

function isWhole(payload: unknown): boolean {
  return isEmpty(payload) || typeof payload === 'string' || Buffer.isBuffer(payload)
}

function isEmpty(payload: unknown): boolean {
  return payload === undefined || payload === null
}

// Of one connection or one caller, and not of the answer.
const NOT_KEPT = ['connection', 'content-length', 'date', 'set-cookie', 'transfer-encoding']

/** What the handler said: every answer has the rest of its own. */
function newHeaders(before: Headers, after: Headers): Headers {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name] !== value && !NOT_KEPT.includes(name)),
  )
}
