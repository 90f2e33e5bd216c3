// routes: the pipelines door of document 000: jobs, and what can be asked about them.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError, toAppError } from '../../lib/errors.ts'
import type { Run } from '../../runs/run.ts'
import { authenticate } from '../../web/authenticate.ts'
import { eventStreams } from '../../web/events.ts'
import { setPageHeaders } from '../../web/paging.ts'
import type { Api, Door } from '../../web/server.ts'
import { dialect } from './errors.ts'
import { toJobEvents } from './events.ts'
import { toJob, toListedJob } from './pipelines.ts'
import * as schemas from './schemas.ts'
import { healthRoutes, operationsRoute } from './service-routes.ts'
import type { PipelineServices } from './services.ts'
import { submitRoutes } from './submit-routes.ts'

export function pipelinesDoor(services: PipelineServices): Door {
  return {
    dialect,
    async routes(api) {
      healthRoutes(api, services)
      await api.register(async scope => {
        scope.addHook('onRequest', authenticate(services.auth))
        operationsRoute(scope as Api, services)
        submitRoutes(scope as Api, services)
        listRoute(scope as Api, services)
        jobRoutes(scope as Api, services)
        eventRoute(scope as Api, services)
      })
    },
  }
}

function listRoute(api: Api, { runs }: PipelineServices): void {
  const schema = {
    summary: 'List jobs, newest first',
    description: 'X-Total-Count has the number of all that match, Link the neighbouring pages.',
    tags: ['jobs'],
    querystring: schemas.jobQuery,
    response: { 200: z.array(schemas.job), '4xx': schemas.failure },
  }
  api.get('/api/v1/jobs', { schema }, async (request, reply) => {
    const { limit, offset } = request.query
    const found = await runs.list({ door: 'pipelines', owner: request.owner, ...request.query })
    setPageHeaders(request, reply, { limit, offset, total: found.total })
    return found.runs.map(toListedJob)
  })
}

function jobRoutes(api: Api, { runs }: PipelineServices): void {
  const schema = {
    tags: ['jobs'],
    params: schemas.jobParams,
    response: { 200: schemas.job, '4xx': schemas.failure },
  }
  api.get('/api/v1/jobs/:id', { schema: { summary: 'A job', ...schema } }, async ({ params, owner }) => {
    return toJob(await called(params.id, runs.get(params.id, owner)))
  })
  api.delete('/api/v1/jobs/:id', { schema: { summary: 'Cancel a job', ...schema } }, async ({ params, owner }) => {
    return toJob(await called(params.id, runs.cancel(params.id, owner)))
  })
}

function eventRoute(api: Api, { runs }: PipelineServices): void {
  const sendEvents = eventStreams(api)
  const schema = {
    summary: 'What happens to a job, as it happens',
    description:
      'Numbered server-sent events; Last-Event-ID resumes. 204 when the job has ended and all has been said.',
    tags: ['jobs'],
    params: schemas.jobParams,
    querystring: schemas.eventQuery,
    response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, '4xx': schemas.failure },
  }
  api.get('/api/v1/jobs/:id/events', { schema }, async (request, reply) => {
    const { params, owner } = request
    const run = await called(params.id, runs.get(params.id, owner))
    return await sendEvents(request as FastifyRequest, reply, {
      finished: run.status !== 'pending' && run.status !== 'processing',
      open: (afterId, signal) => toJobEvents(run.id, runs.events(run.id, owner, afterId, signal)),
    })
  })
}

// The document's sentence names the id as the caller gave it.
async function called(id: string, work: Promise<Run>): Promise<Run> {
  return await work.catch(thrown => {
    const error = toAppError(thrown)
    if (error.code !== 'run_not_found') throw thrown
    throw new AppError('run_not_found', `Job ${id} not found`, { cause: error })
  })
}
