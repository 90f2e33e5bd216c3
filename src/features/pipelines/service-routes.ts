// service-routes: what there is to ask about the service itself: whether it works, and what it can do.
import { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import { authenticate } from '../../web/authenticate.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './schemas.ts'
import type { PipelineServices } from './services.ts'

/** Open to everybody: whoever balances load has no credentials. `/health` does not look at them, the other tells whose they are. */
export function healthRoutes(api: Api, { health, access }: PipelineServices): void {
  const schema = {
    summary: 'Whether the service works',
    tags: ['service'],
    response: { 200: schemas.health, '5xx': schemas.failure },
  }
  // Whoever asks whether we work asks often.
  const config = { limits: [] }
  api.get('/health', { schema: { ...schema, operationId: 'getHealth' }, config }, async () => await health())

  const named = {
    ...schema,
    operationId: 'getApiHealth',
    security: securityOf('optional'),
    response: { ...schema.response, ...schemas.refusals },
  }
  const onRequest = authenticate('optional', access.identify)
  api.get('/api/v1/health', { schema: named, onRequest, config }, async ({ principal }) => {
    return { ...(await health()), ...(principal.method !== 'anonymous' && { authenticated_as: toCaller(principal) }) }
  })
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

function toCaller({ userId, email, role, method }: Principal) {
  return { user_id: userId, ...(email !== undefined && { email }), role, method }
}
