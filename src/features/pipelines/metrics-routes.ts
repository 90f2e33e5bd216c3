// metrics-routes: numbers for Prometheus: for everybody where calls need no credentials, and else for admins.
import { z } from 'zod'
import { authenticate, requireRole } from '../../web/authenticate.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { refusals } from './schemas.ts'
import type { PipelineServices } from './services.ts'

export function metricsRoute(api: Api, { metrics, auth, access }: PipelineServices): void {
  const schema = {
    operationId: 'getMetrics',
    security: securityOf(auth),
    summary: 'Numbers about the service, in the text format of Prometheus',
    description: 'Where credentials are required, they must be an admin’s.',
    tags: ['service'],
    response: {
      200: { description: 'Numbers', content: { 'text/plain': { schema: z.string() } } },
      ...refusals,
    },
  }
  const onRequest = [authenticate(auth, access.identify), ...(auth === 'required' ? [requireRole('admin')] : [])]
  // Whoever watches over us asks often.
  api.get('/metrics', { schema, onRequest, config: { limits: [] } }, async (_request, reply) => {
    const text = await metrics.text()
    return await reply.type(metrics.contentType).send(text)
  })
}
