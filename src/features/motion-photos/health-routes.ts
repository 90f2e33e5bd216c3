// health-routes: whether motion photos can be made now, and whether the caller's token is good.
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'

export function healthRoute(api: Api, { health, auth, version }: MotionServices): void {
  const schema = {
    operationId: 'getHealth',
    security: securityOf(auth),
    summary: 'Whether the service works, and the token is good',
    tags: ['service'],
    response: { 200: schemas.health, ...schemas.refusals },
  }
  // Whoever asks whether we work asks often. HEAD is answered alike.
  api.get('/health', { schema, config: { limits: [] } }, async () => {
    const { sandbox } = await health()
    return { status: 'ok' as const, version, sandbox }
  })
}
