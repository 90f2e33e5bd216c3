// progress-routes: GET /progress/:id: how far the work is that a call waits for, under the name that its client chose.
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { whenAnswered } from '../../web/answered.ts'
import { eventStreams } from '../../web/events.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { admitAtMost } from './admission.ts'
import { EVENT_STREAM, progressEvent, toProgressEvents } from './progress-events.ts'
import { isProgressId } from './progress-id.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'

// Open at once in this process, those included that wait for something to follow.
const MOST_STREAMS = 500

export function progressRoute(api: Api, { auth, runs, sessions }: MotionServices): void {
  const sendEvents = eventStreams(api)
  const closing = new AbortController()
  api.addHook('preClose', async () => closing.abort())
  const schema = {
    operationId: 'followProgress',
    security: securityOf(auth),
    summary: 'How far the work for a call is, as it goes on',
    description:
      'Server-sent events, under the `X-Progress-ID` of a `/prepare`, `/convert` or `/thumbnail`. It may be asked for ' +
      'first: it waits some seconds for the work to begin, and 404 then says that it has not.',
    tags: ['motion photos'],
    params: z.object({ id: z.string() }),
    querystring: z.object({ last_event_id: z.string().optional().describe('As the header `Last-Event-ID`') }),
    response: {
      200: { description: EVENT_STREAM, content: { 'text/event-stream': { schema: progressEvent } } },
      204: z.null().describe('The work has ended, and all has been said'),
      ...schemas.refusals,
    },
  }
  // It belongs to a call that has been counted.
  const route = { schema, config: { limits: [] }, preParsing: admitAtMost(MOST_STREAMS) }
  api.get('/progress/:id', route, async (request, reply) => {
    const { params, viewer } = request
    const gone = new AbortController()
    const forget = whenAnswered(reply, () => gone.abort())
    const signal = AbortSignal.any([gone.signal, closing.signal])
    const id = await untilBegun(params.id, () => sessions.findRun(params.id, viewer), signal)
    forget()
    const { completedAt } = await runs.get(id, viewer)
    return await sendEvents(request as FastifyRequest, reply, {
      finished: completedAt !== undefined,
      // Per cents are counted from the beginning, so that a client that comes back hears nothing smaller.
      open: (afterId, until) => after(afterId, toProgressEvents(runs.events(id, viewer, 0, until))),
    })
  })
}

const WAIT_MS = 5000
const PAUSES_MS = [25, 400] as const

/** The run's id, once there is one. Somebody else's is waited for in vain, as one that never comes. */
async function untilBegun(
  progressId: string,
  find: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + (isProgressId(progressId) ? WAIT_MS : 0)
  for (let pauseMs: number = PAUSES_MS[0]; ; pauseMs = Math.min(PAUSES_MS[1], pauseMs * 2)) {
    const runId = isProgressId(progressId) ? await find() : undefined
    if (runId !== undefined) return runId
    if (signal.aborted || performance.now() > deadline)
      throw new AppError('not_found', 'Nothing is being made under this id')
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

async function* after<Event extends { readonly id: number }>(afterId: number, events: AsyncIterable<Event>) {
  for await (const event of events) if (event.id > afterId) yield event
}
