// admin-routes: what only admins are told: how much there is of everything.
import { requireRole } from '../../web/authenticate.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './access-schemas.ts'
import { refusals } from './schemas.ts'
import type { PipelineServices } from './services.ts'

/** For a scope in which credentials are required. */
export function adminRoutes(api: Api, { stats }: Pick<PipelineServices, 'stats'>): void {
  const schema = {
    operationId: 'getStats',
    security: securityOf('required'),
    summary: 'How much there is of everything; for admins',
    tags: ['service'],
    response: { 200: schemas.stats, ...refusals },
  }
  api.get('/api/v1/admin/stats', { schema, onRequest: requireRole('admin') }, async () => await stats())
}
