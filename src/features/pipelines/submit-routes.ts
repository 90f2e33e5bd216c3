// submit-routes: what is posted: a job to start, or one to explain without starting anything.
import { graphSteps } from '../../runs/steps/graph.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { toJob, toPlan } from './pipelines.ts'
import { readJobRequest, withPointers } from './requests.ts'
import * as schemas from './schemas.ts'
import type { PipelineServices } from './services.ts'
import { jobRequest } from './spec-schemas.ts'

export function submitRoutes(api: Api, { runs, webhooks, auth }: PipelineServices): void {
  // The body's schema is for the description: reading it here would answer in words that are not the document's.
  const validatorCompiler = () => (value: unknown) => ({ value })
  const described = { tags: ['jobs'], security: securityOf(auth), body: jobRequest }

  const start = {
    ...described,
    operationId: 'startJob',
    summary: 'Start a job',
    response: { 201: schemas.job, ...schemas.refusals },
  }
  api.post('/api/v1/jobs', { schema: start, validatorCompiler }, async (request, reply) => {
    const { body, graph, warnings, options } = readJobRequest(request.body, runs.check, webhooks.check)
    const { owner, once } = request
    const asked = { door: 'pipelines', prefix: 'job', owner, request: body, ...(once !== undefined && { once }) }
    const draft = { ...asked, steps: graphSteps(graph), warnings, ...options }
    const run = await withPointers(runs.start(draft))
    return reply.code(201).header('location', `/api/v1/jobs/${run.id}`).send(toJob(run))
  })

  const plan = {
    ...described,
    operationId: 'planJob',
    summary: 'What would run; nothing is started',
    response: { 200: schemas.plan, ...schemas.refusals },
  }
  api.post('/api/v1/plan', { schema: plan, validatorCompiler }, async request => {
    const { graph, warnings } = readJobRequest(request.body, runs.check, webhooks.check)
    const explanation = await withPointers(runs.explain(graph, request.owner))
    return toPlan({ ...explanation, warnings: [...warnings, ...explanation.warnings] })
  })
}
