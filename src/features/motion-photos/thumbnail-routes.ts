// thumbnail-routes: POST /thumbnail: a small picture of an instant of a session's clip.
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { admitAtMost } from './admission.ts'
import { sendArtifact } from './answer.ts'
import { makingLimits } from './limits.ts'
import { make } from './made.ts'
import { toMicros } from './numbers.ts'
import { WAITING } from './prepare-routes.ts'
import { progressHeaders, refuseBadProgressId } from './progress-id.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'
import { instantOf } from './times.ts'
import { thumbnailSteps } from './work.ts'

export function thumbnailRoute(api: Api, services: MotionServices): void {
  const { auth, concurrency, patienceMs, sessions } = services
  const schema = {
    operationId: 'thumbnail',
    security: securityOf(auth),
    summary: 'A small picture of an instant',
    tags: ['motion photos'],
    headers: progressHeaders,
    body: schemas.thumbnailBody,
    response: { ...schemas.refusals },
  }
  const config = { limits: makingLimits(services) }
  const preParsing = [refuseBadProgressId, admitAtMost(WAITING * concurrency)]
  api.post('/thumbnail', { schema, config, preParsing }, async (request, reply) => {
    const { session_id, timestamp } = request.body
    const { id, source, durationUs } = await sessions.find(session_id, request.viewer)
    const { output } = await make(services, request, reply, {
      ...{ sessionId: id, prefix: 'thumb', output: 'thumbnail', patienceMs: patienceMs.thumbnail },
      asked: request.body,
      steps: thumbnailSteps({ source, atUs: instantOf(toMicros(timestamp), durationUs) }),
    })
    const served = { digest: output.sha256, type: 'image/jpeg', disposition: 'inline' }
    return await sendArtifact(services, request, reply, served)
  })
}
