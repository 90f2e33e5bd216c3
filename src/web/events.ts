// events: server-sent events that a client can resume, within limits (HTML standard, section 9.2).
import { finished, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../lib/errors.ts'

export type ServerEvent = { readonly id: number; readonly event: string; readonly data: object }

export type EventSource = {
  /** Every event after this id; ends when there will be no more, or when the signal aborts. */
  open(afterId: number, signal: AbortSignal): AsyncIterable<ServerEvent>
  /** Nothing new will come: whoever has read everything is told to stay away. */
  readonly finished: boolean
}

/** Answers a request with a stream. Throws `too_many_requests`, `request_invalid`. */
export type SendEvents = (request: FastifyRequest, reply: FastifyReply, source: EventSource) => Promise<FastifyReply>

export type EventLimits = { readonly maxPerOwner: number; readonly keepAliveMs: number }

/** The streams of one server. They end when it closes; clients come back and resume. */
export function eventStreams(
  api: FastifyInstance,
  { maxPerOwner, keepAliveMs }: EventLimits = { maxPerOwner: 200, keepAliveMs: 15_000 },
): SendEvents {
  const open = new Map<AbortController, string>()
  api.addHook('preClose', async () => {
    for (const hangUp of open.keys()) hangUp.abort()
  })

  return async (request, reply, source) => {
    const afterId = lastEventId(request)
    if (request.method === 'HEAD') return reply.type('text/event-stream').send()
    if ([...open.values()].filter(owner => owner === request.owner).length >= maxPerOwner)
      throw new AppError('too_many_requests', `At most ${maxPerOwner} event streams may be open at once`)
    const hangUp = new AbortController()
    open.set(hangUp, request.owner)
    // After the last byte as well as when the client has gone, even if it went before this line.
    finished(reply.raw, () => {
      open.delete(hangUp)
      hangUp.abort()
    })
    const events = source.open(afterId, hangUp.signal)[Symbol.asyncIterator]()
    const first = events.next()
    // Whoever hung up is not there to hear of it.
    first.catch(() => undefined)
    // An EventSource reconnects whenever a stream ends; only 204 tells it that all has been said.
    if (source.finished && afterId > 0 && (await first).done) return reply.code(204).send()
    reply.headers(HEADERS)
    return reply.send(Readable.from(toLines(first, events, keepAliveMs, hangUp.signal), { objectMode: false }))
  }
}

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // nginx would collect the events until there are many.
  'x-accel-buffering': 'no',
  // A stream that ends because the server stops must not leave a connection that it has to wait for.
  connection: 'close',
}

async function* toLines(
  first: Promise<IteratorResult<ServerEvent>>,
  events: AsyncIterator<ServerEvent>,
  keepAliveMs: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield 'retry: 2000\n\n'
  try {
    for (let next = first; ; ) {
      const result = await orQuiet(next, keepAliveMs, signal)
      if (result === 'quiet') yield ': keep-alive\n\n'
      else if (result === 'aborted' || result.done) return
      else {
        yield `id: ${result.value.id}\nevent: ${result.value.event}\ndata: ${JSON.stringify(result.value.data)}\n\n`
        next = events.next()
      }
    }
  } finally {
    await events.return?.()
  }
}

async function orQuiet<T>(next: Promise<T>, quietMs: number, signal: AbortSignal): Promise<T | 'quiet' | 'aborted'> {
  const settled = new AbortController()
  const quiet = sleep(quietMs, 'quiet' as const, { signal: AbortSignal.any([signal, settled.signal]) })
  try {
    return await Promise.race([next, quiet.catch(() => 'aborted' as const)])
  } finally {
    settled.abort()
  }
}

// A browser resumes with the header; the query is for clients that cannot set one.
function lastEventId({ headers, query }: FastifyRequest): number {
  const written = headers['last-event-id'] ?? (query as { last_event_id?: string }).last_event_id ?? '0'
  if (typeof written === 'string' && /^\d{1,9}$/.test(written)) return Number(written)
  throw new AppError('request_invalid', 'Last-Event-ID must be the number of an event')
}
