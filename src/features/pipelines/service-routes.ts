// service-routes: what there is to ask about the service itself: whether it works, and what it can do.
import { z } from 'zod'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './schemas.ts'
import type { PipelineServices } from './services.ts'

/** Open to everybody: whoever balances load has no credentials. */
export function healthRoutes(api: Api, { health }: PipelineServices): void {
  const schema = {
    summary: 'Whether the service works',
    tags: ['service'],
    response: { 200: schemas.health, '5xx': schemas.failure },
  }
  const both = { '/health': 'getHealth', '/api/v1/health': 'getApiHealth' }
  for (const [url, operationId] of Object.entries(both))
    api.get(url, { schema: { ...schema, operationId } }, async () => await health())
}

export function operationsRoute(api: Api, { operations, auth }: PipelineServices): void {
  const schema = {
    operationId: 'listOperations',
    security: securityOf(auth),
    summary: 'What jobs can do',
    tags: ['service'],
    response: { 200: z.array(schemas.operation), ...schemas.refusals },
  }
  api.get('/api/v1/operations', { schema }, async () => [...operations])
}
