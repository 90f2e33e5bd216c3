// service-routes: what there is to ask about the service itself: whether it works, and what it can do.
import { z } from 'zod'
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
  for (const url of ['/health', '/api/v1/health']) api.get(url, { schema }, async () => await health())
}

export function operationsRoute(api: Api, { operations }: PipelineServices): void {
  const schema = {
    summary: 'What jobs can do',
    tags: ['service'],
    response: { 200: z.array(schemas.operation), '4xx': schemas.failure },
  }
  api.get('/api/v1/operations', { schema }, async () => [...operations])
}
