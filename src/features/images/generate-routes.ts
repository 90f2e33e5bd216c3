// generate-routes: POST /api/v1/jobs/generate: a prompt becomes a job.
import { randomInt } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Draft } from '../../runs/run.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { refusals } from './answer-schemas.ts'
import { fit } from './fit.ts'
import { type Asked, toCreated } from './jobs.ts'
import { creationLimits } from './limits.ts'
import { type GenerateRequest, readGenerate } from './requests.ts'
import * as schemas from './schemas.ts'
import type { ImageServices } from './services.ts'
import { generateSteps } from './work.ts'

export function generateRoute(api: Api, services: ImageServices): void {
  const { runs, gallery, auth } = services
  const schema = {
    operationId: 'generate',
    security: securityOf(auth),
    summary: 'Have pictures made',
    description: 'Parameters that the model does not have, or has other limits for, are told in `warnings`.',
    tags: ['jobs'],
    body: schemas.generate,
    response: { 201: schemas.created, ...refusals },
  }
  // Read by the handler, which tells every fault of the body together with those that no schema knows.
  const validatorCompiler = () => (value: unknown) => ({ value })
  const config = { limits: creationLimits(services) }
  api.post('/api/v1/jobs/generate', { schema, validatorCompiler, config }, async (request, reply) => {
    const asked = readGenerate(request.body, services)
    const estimateMs = await gallery.estimateMs(asked.maker.model)
    const run = await runs.start(draftOf(asked, request as FastifyRequest, services))
    const created = toCreated(run, estimateMs)
    return reply.code(201).header('location', created.status_url).send(created)
  })
}

function draftOf(
  { wanted, maker, parameters, prompt, metadata, webhookUrl, warnings }: GenerateRequest,
  { owner, once, baseUrl }: FastifyRequest,
  { callers }: ImageServices,
): Draft {
  const { model, provider } = maker
  const { order, warnings: unfit } = fit(wanted, model, randomInt(2 ** 31))
  const asked: Asked = {
    ...{ prompt: wanted.prompt, parameters: { ...parameters }, private: prompt === 'private' },
    ...{ model: model.name, provider: provider.name, seed: order.seed, baseUrl },
  }
  const wordUrl = callers.get(provider.name)?.url
  return {
    ...{ door: 'images', owner, request: asked, warnings: [...warnings, ...unfit] },
    steps: generateSteps({ order, prompt, ...(wordUrl !== undefined && { wordUrl }) }),
    ...(metadata && { metadata }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(once !== undefined && { once }),
  }
}
