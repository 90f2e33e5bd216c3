// job-routes: how far a job is, and its end before its time.
import { z } from 'zod'
import { AppError, toAppError } from '../../lib/errors.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { refusals } from './answer-schemas.ts'
import { toJob } from './jobs.ts'
import { statusLimits } from './limits.ts'
import * as schemas from './schemas.ts'
import type { ImageServices } from './services.ts'

export function jobRoutes(api: Api, services: ImageServices): void {
  const { runs, gallery, auth } = services
  const described = { security: securityOf(auth), tags: ['jobs'], params: schemas.idParams }
  const read = {
    ...described,
    operationId: 'getJobStatus',
    summary: 'A job, with its pictures once they are there',
    response: { 200: schemas.job, ...refusals },
  }
  const config = { limits: statusLimits(services) }
  api.get('/api/v1/jobs/status/:id', { schema: read, config }, async ({ params, viewer, baseUrl }) => {
    const run = await runs.get(params.id, viewer)
    const media = run.status === 'completed' ? await gallery.of([run.id]) : []
    return toJob(run, media, baseUrl)
  })

  const cancel = {
    ...described,
    operationId: 'cancelJob',
    summary: 'Cancel a job',
    response: { 204: z.null().describe('It is cancelled'), ...refusals },
  }
  api.delete('/api/v1/jobs/:id', { schema: cancel }, async ({ params, viewer }, reply) => {
    await runs.cancel(params.id, viewer).catch(thrown => {
      const error = toAppError(thrown)
      throw error.code === 'run_terminal' ? new AppError('run_ended', 'It has ended', { cause: thrown }) : thrown
    })
    return reply.code(204).send(null)
  })
}
