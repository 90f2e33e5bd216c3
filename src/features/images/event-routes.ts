// event-routes: GET /api/v1/jobs/:id/events: what happens to a job, as it happens.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { eventStreams } from '../../web/events.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { refusals } from './answer-schemas.ts'
import { EVENT_STREAM, jobEvent, toJobEvents } from './events.ts'
import * as schemas from './schemas.ts'
import type { ImageServices } from './services.ts'

export function eventRoute(api: Api, { runs, auth }: ImageServices): void {
  const sendEvents = eventStreams(api)
  const schema = {
    operationId: 'followJob',
    security: securityOf(auth),
    summary: 'What happens to a job, as it happens',
    description:
      'Server-sent events, ended by `job.completed`, `job.failed` or `job.cancelled`. The header `Last-Event-ID` (or ' +
      '`last_event_id`) resumes after that event. 204 when the job has ended and all has been said.',
    tags: ['jobs'],
    params: schemas.idParams,
    querystring: z.object({ last_event_id: z.string().optional() }),
    response: {
      200: { description: EVENT_STREAM, content: { 'text/event-stream': { schema: jobEvent } } },
      204: z.null().describe('The job has ended, and all has been said'),
      ...refusals,
    },
  }
  api.get('/api/v1/jobs/:id/events', { schema }, async (request, reply) => {
    const { params, viewer } = request
    const run = await runs.get(params.id, viewer)
    return await sendEvents(request as FastifyRequest, reply, {
      finished: run.status !== 'pending' && run.status !== 'processing',
      open: (afterId, signal) => toJobEvents(run.id, runs.events(run.id, viewer, afterId, signal)),
    })
  })
}
