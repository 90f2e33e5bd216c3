// caller-routes: a vendor calls when something has happened. Its signature is all that lets it in, and only makes us look.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import type { Api } from '../../web/server.ts'
import { refusals } from './answer-schemas.ts'
import type { ImageServices } from './services.ts'

/** Below our address. */
export const REPLICATE_PATH = '/api/v1/providers/replicate/webhook'

export async function callerRoutes(api: Api, { callers }: Pick<ImageServices, 'callers'>): Promise<void> {
  await api.register(async scope => {
    // A signature is over the bytes: nothing is read before it has been checked.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)
    const schema = {
      operationId: 'tellFromReplicate',
      summary: 'Word from Replicate that a prediction has changed',
      tags: ['providers'],
      response: { 204: z.null().describe('We will look'), ...refusals },
    }
    const config = { limits: [], idempotent: false }
    scope.post(REPLICATE_PATH, { schema, config }, async ({ headers, body }, reply) => {
      const caller = callers.get('Replicate')
      if (!caller) throw new AppError('unauthorized', 'Replicate is not set up here')
      await caller.ring(await caller.read(headers, Buffer.isBuffer(body) ? body : Buffer.alloc(0)))
      return reply.code(204).send(null)
    })
  })
}
