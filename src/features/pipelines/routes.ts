// routes: the pipelines door of document 000: jobs, and what can be asked about them.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { authenticate } from '../../web/authenticate.ts'
import { eventStreams } from '../../web/events.ts'
import { describeRoutes, securityOf } from '../../web/openapi.ts'
import { setPageHeaders } from '../../web/paging.ts'
import type { Api, Door } from '../../web/server.ts'
import { webhookRoutes } from '../../web/webhooks/routes.ts'
import { adminRoutes } from './admin-routes.ts'
import { called, dialect } from './errors.ts'
import { EVENT_STREAM, jobEvent } from './event-schemas.ts'
import { toJobEvents } from './events.ts'
import { keyRoutes } from './key-routes.ts'
import { metricsRoute } from './metrics-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { toJob, toListedJob } from './pipelines.ts'
import * as schemas from './schemas.ts'
import { healthRoutes, operationsRoute } from './service-routes.ts'
import type { PipelineServices } from './services.ts'
import { submitRoutes } from './submit-routes.ts'

export function pipelinesDoor(services: PipelineServices): Door {
  return {
    dialect,
    async routes(api) {
      services.metrics.watch(api)
      await describeRoutes(api, { ...ABOUT, version: services.version })
      healthRoutes(api, services)
      metricsRoute(api, services)
      await api.register(async scope => {
        scope.addHook('onRequest', authenticate(services.auth, services.access.identify))
        operationsRoute(scope as Api, services)
        submitRoutes(scope as Api, services)
        listRoute(scope as Api, services)
        jobRoutes(scope as Api, services)
        eventRoute(scope as Api, services)
        webhookRoutes(scope as Api, { ...services, refusals: schemas.refusals, called })
      })
      await api.register(async scope => {
        scope.addHook('onRequest', authenticate('required', services.access.identify))
        keyRoutes(scope as Api, services)
        adminRoutes(scope as Api, services)
        peopleRoutes(scope as Api, services)
      })
    },
  }
}

const ABOUT = {
  title: 'Kinora pipelines',
  description: 'Declarative jobs over media: inputs, operations on them, and outputs.',
}

function listRoute(api: Api, { runs, auth }: PipelineServices): void {
  const schema = {
    operationId: 'listJobs',
    security: securityOf(auth),
    summary: 'List jobs, newest first',
    description: 'X-Total-Count has the number of all that match, Link the neighbouring pages.',
    tags: ['jobs'],
    querystring: schemas.jobQuery,
    response: { 200: z.array(schemas.job), ...schemas.refusals },
  }
  api.get('/api/v1/jobs', { schema }, async (request, reply) => {
    const { limit, offset } = request.query
    const found = await runs.list({ door: 'pipelines', viewer: request.viewer, ...request.query })
    setPageHeaders(request, reply, { limit, offset, total: found.total })
    return found.runs.map(toListedJob)
  })
}

function jobRoutes(api: Api, { runs, auth }: PipelineServices): void {
  const schema = {
    security: securityOf(auth),
    tags: ['jobs'],
    params: schemas.jobParams,
    response: { 200: schemas.job, ...schemas.refusals },
  }
  const read = { ...schema, operationId: 'getJob', summary: 'A job' }
  api.get('/api/v1/jobs/:id', { schema: read }, async ({ params, viewer }) => {
    return toJob(await called(params.id, runs.get(params.id, viewer)))
  })
  const cancel = { ...schema, operationId: 'cancelJob', summary: 'Cancel a job' }
  api.delete('/api/v1/jobs/:id', { schema: cancel }, async ({ params, viewer }) => {
    return toJob(await called(params.id, runs.cancel(params.id, viewer)))
  })
  const retry = {
    ...schema,
    operationId: 'retryJob',
    summary: 'Go on with a job that has failed or was cancelled, from where it did',
  }
  api.post('/api/v1/jobs/:id/retry', { schema: retry }, async ({ params, viewer }) => {
    return toJob(await called(params.id, runs.retry(params.id, viewer)))
  })
}

function eventRoute(api: Api, { runs, auth }: PipelineServices): void {
  const sendEvents = eventStreams(api)
  const schema = {
    operationId: 'followJob',
    security: securityOf(auth),
    summary: 'What happens to a job, as it happens',
    description:
      'Numbered server-sent events, ended by `job.completed`, `job.failed` or `job.cancelled`. The header `Last-Event-ID` ' +
      '(or `last_event_id`) resumes after that event. 204 when the job has ended and all has been said.',
    tags: ['jobs'],
    params: schemas.jobParams,
    querystring: schemas.eventQuery,
    response: {
      200: { description: EVENT_STREAM, content: { 'text/event-stream': { schema: jobEvent } } },
      204: z.null().describe('The job has ended, and all has been said'),
      ...schemas.refusals,
    },
  }
  api.get('/api/v1/jobs/:id/events', { schema }, async (request, reply) => {
    const { params, viewer } = request
    const run = await called(params.id, runs.get(params.id, viewer))
    return await sendEvents(request as FastifyRequest, reply, {
      finished: run.status !== 'pending' && run.status !== 'processing',
      open: (afterId, signal) => toJobEvents(run.id, runs.events(run.id, viewer, afterId, signal)),
    })
  })
}
