// routes: what became of a job's webhooks, sending one again, and the secret that signs them.
import { z } from 'zod'
import type { Delivery, WebhookSecret, Webhooks } from '../../runs/webhooks/delivery.ts'
import type { AuthMode } from '../authenticate.ts'
import { securityOf } from '../openapi.ts'
import type { Api } from '../server.ts'
import * as schemas from './schemas.ts'

type Means = {
  readonly webhooks: Webhooks
  readonly auth: AuthMode
  /** What the door answers for what goes wrong. */
  readonly refusals: Readonly<Record<string | number, z.ZodType>>
  /** What the door says where there is no such job. */
  readonly called: <T>(id: string, work: Promise<T>) => Promise<T>
}

/** Of any door whose runs people call jobs. */
export function webhookRoutes(api: Api, means: Means): void {
  deliveryRoutes(api, means)
  secretRoutes(api, means)
}

/** `run.completed` is `job.completed` to callers; steps keep their names. */
export function toJobEventName(type: string): string {
  return type.replace(/^run\./, 'job.')
}

function deliveryRoutes(api: Api, { webhooks, auth, refusals, called }: Means): void {
  const described = { tags: ['webhooks'], security: securityOf(auth) }
  const list = {
    ...described,
    operationId: 'listDeliveries',
    summary: 'The webhooks of a job, in the order of its events, with every attempt',
    params: schemas.jobParams,
    response: { 200: z.array(schemas.delivery), ...refusals },
  }
  api.get('/api/v1/jobs/:id/deliveries', { schema: list }, async ({ params, viewer }) => {
    return (await called(params.id, webhooks.deliveries(params.id, viewer))).map(toDelivery)
  })

  const again = {
    ...described,
    operationId: 'redeliver',
    summary: 'Send a webhook once more, under the same id',
    params: schemas.deliveryParams,
    response: { 202: schemas.delivery, ...refusals },
  }
  api.post('/api/v1/jobs/:id/deliveries/:delivery_id/redeliver', { schema: again }, async (request, reply) => {
    const { id, delivery_id: deliveryId } = request.params
    const delivery = await called(id, webhooks.redeliver(id, deliveryId, request.viewer))
    return reply.code(202).send(toDelivery(delivery))
  })
}

function secretRoutes(api: Api, { webhooks, auth, refusals }: Means): void {
  const schema = {
    tags: ['webhooks'],
    security: securityOf(auth),
    response: { 200: schemas.webhookSecret, ...refusals },
  }
  const read = { ...schema, operationId: 'getWebhookSecret', summary: 'What signs your webhooks' }
  api.get('/api/v1/webhooks/secret', { schema: read }, async (request, reply) => {
    return reply.header('cache-control', 'no-store').send(toSecret(await webhooks.secret(request.owner)))
  })
  const rotate = {
    ...schema,
    operationId: 'rotateWebhookSecret',
    summary: 'A new secret; the former signs beside it for 24 hours',
  }
  // As for a key: an answer that is a secret is not kept to be given again.
  const config = { idempotent: false }
  api.post('/api/v1/webhooks/secret/rotate', { schema: rotate, config }, async (request, reply) => {
    return reply.header('cache-control', 'no-store').send(toSecret(await webhooks.rotateSecret(request.owner)))
  })
}

function toDelivery({ id, type, status, createdAt, nextAt, endedAt, attempts }: Delivery) {
  return {
    id,
    event: toJobEventName(type),
    status,
    created_at: createdAt.toISOString(),
    ...(nextAt && { next_attempt_at: nextAt.toISOString() }),
    ...(endedAt && { ended_at: endedAt.toISOString() }),
    attempts: attempts.map(({ startedAt, durationMs, status: answer, reason }) => ({
      started_at: startedAt.toISOString(),
      ...(durationMs !== undefined && { duration_ms: durationMs }),
      ...(answer !== undefined && { status: answer }),
      ...(reason && { reason }),
    })),
  }
}

function toSecret({ secret, createdAt }: WebhookSecret): z.infer<typeof schemas.webhookSecret> {
  return { secret, created_at: createdAt.toISOString() }
}
