// cleanup-routes: POST /cleanup: a session is over before its time, and everything that was there for its sake goes.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../lib/errors.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'

export function cleanupRoute(api: Api, { sessions, auth, patienceMs }: MotionServices): void {
  const schema = {
    operationId: 'cleanup',
    security: securityOf(auth),
    summary: 'End a session',
    description: 'What is being made of it is cancelled.',
    tags: ['motion photos'],
    body: schemas.cleanupBody,
    response: { 200: schemas.cleaned, ...schemas.refusals },
  }
  api.post('/cleanup', { schema }, async ({ body, viewer, log }) => {
    const { id } = await sessions.find(body.session_id, viewer)
    const closing = sessions.close(id)
    // It goes on when nobody waits any more; what it leaves is swept up.
    closing.catch(err => log.error({ err }, 'a session was not closed'))
    await Promise.race([closing, tooLong(patienceMs.cleanup)])
    return { message: '清理成功' }
  })
}

async function tooLong(patienceMs: number): Promise<never> {
  await sleep(patienceMs, undefined, { ref: false })
  throw new AppError('processing_failed', `This took longer than ${patienceMs / 1000} s`)
}
