// preview-routes: GET /preview/:id.mp4: the address is all that a player has; whoever has it may watch.
import { z } from 'zod'
import type { Api } from '../../web/server.ts'
import { sendArtifact } from './answer.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'

export function previewRoute(api: Api, services: MotionServices): void {
  const schema = {
    summary: 'The preview of a clip',
    description: 'Needs no credentials: the address is a secret. Ranges and ETags are honoured.',
    tags: ['motion photos'],
    params: z.object({ id: z.string() }),
    response: { ...schemas.refusals },
  }
  const config = { limits: [] }
  api.route({
    method: ['GET', 'HEAD'],
    url: '/preview/:id.mp4',
    schema: { ...schema, operationId: 'getPreview' },
    config,
    async handler(request, reply) {
      const { preview } = await services.sessions.findByAnybody(request.params.id)
      return await sendArtifact(services, request, reply, {
        ...{ digest: preview, type: 'video/mp4', disposition: 'inline' },
      })
    },
  })
}
