// media-routes: a picture itself, for whoever has its address; and for its owner what it is, and its end.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import type { Viewer } from '../../runs/run.ts'
import { sendArtifact } from '../../web/artifact.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { mediaInfo, refusals } from './answer-schemas.ts'
import { mediaUrl, mimeTypeOf } from './jobs.ts'
import { idParams } from './schemas.ts'
import type { ImageServices } from './services.ts'
import type { Media } from './store.ts'

export function downloadRoute(api: Api, services: ImageServices): void {
  const schema = {
    operationId: 'downloadMedia',
    summary: 'A picture',
    description: 'Needs no credentials: the address is a secret. Ranges and ETags are honoured.',
    tags: ['media'],
    params: idParams,
    response: { ...refusals },
  }
  api.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/media/:id',
    schema,
    config: { limits: [] },
    handler: async (request, reply) =>
      await sendPicture(services, request as FastifyRequest, reply, await services.gallery.find(request.params.id)),
  })
}

export function mediaRoutes(api: Api, { gallery, auth }: ImageServices): void {
  const described = { security: securityOf(auth), tags: ['media'], params: idParams }
  const info = {
    ...described,
    operationId: 'getMediaInfo',
    summary: 'What a picture is',
    response: { 200: mediaInfo, ...refusals },
  }
  api.get('/api/v1/media/:id/info', { schema: info }, async ({ params, viewer, baseUrl }) => {
    return toInfo(seenBy(viewer, await gallery.find(params.id)), baseUrl)
  })
  const remove = {
    ...described,
    operationId: 'deleteMedia',
    summary: 'Delete a picture',
    response: { 204: z.null().describe('It is gone'), ...refusals },
  }
  api.delete('/api/v1/media/:id', { schema: remove }, async ({ params, viewer }, reply) => {
    await gallery.remove(seenBy(viewer, await gallery.find(params.id)).id)
    return reply.code(204).send(null)
  })
}

async function sendPicture(
  services: ImageServices,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, digest, format }: Media,
): Promise<FastifyReply> {
  const disposition = `inline; filename="kinora-${id.slice(0, 8)}.${format}"`
  if (await sendArtifact(services, request, reply, { digest, type: mimeTypeOf(format), disposition })) return reply
  throw new AppError('media_not_found', 'Media not found')
}

/** Somebody else's picture answers as one that is not there. */
function seenBy({ owner, seesAll }: Viewer, media: Media): Media {
  if (seesAll || media.owner === owner) return media
  throw new AppError('media_not_found', 'Media not found')
}

function toInfo({ id, format, sizeBytes, widthPx, heightPx, createdAt }: Media, baseUrl: string) {
  return {
    id,
    type: 'image' as const,
    storage_path: `generated/${id}.${format}`,
    storage_url: mediaUrl(baseUrl, id),
    file_size_bytes: sizeBytes,
    mime_type: mimeTypeOf(format),
    file_extension: `.${format}`,
    width: widthPx,
    height: heightPx,
    created_at: createdAt.toISOString(),
  }
}
