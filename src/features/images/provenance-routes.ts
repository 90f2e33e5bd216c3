// provenance-routes: how a picture was made, signed; and what the signature is verified with.
import { z } from 'zod'
import type { Api } from '../../web/server.ts'
import { refusals } from './answer-schemas.ts'
import { mimeTypeOf } from './jobs.ts'
import { type Manifest, signedManifest, signManifest } from './provenance/manifest.ts'
import { sourceTypeOf } from './provenance/notes.ts'
import { idParams } from './schemas.ts'
import type { ImageServices } from './services.ts'
import type { Media } from './store.ts'

/** Open to whoever has the picture's address: it tells no more than the picture itself does. */
export function provenanceRoutes(api: Api, { gallery, signingKey }: ImageServices): void {
  const about = {
    operationId: 'getMediaProvenance',
    summary: 'How a picture was made, signed',
    description: 'Save it beside the picture: `kinora verify PICTURE PROVENANCE` needs nothing else.',
    tags: ['media'],
    params: idParams,
    response: { 200: signedManifest.meta({ id: 'SignedManifest' }), ...refusals },
  }
  api.get('/api/v1/media/:id/provenance', { schema: about }, async ({ params }) => {
    return await signManifest(toManifest(await gallery.find(params.id)), signingKey)
  })
  const keys = {
    operationId: 'listProvenanceKeys',
    summary: 'What signatures are verified with',
    tags: ['media'],
    response: {
      200: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'JsonWebKeys' }),
      ...refusals,
    },
  }
  api.get('/api/v1/provenance/keys', { schema: keys }, async () => ({ keys: [{ ...signingKey.publicJwk }] }))
}

function toManifest({ id, digest, sizeBytes, format, widthPx, heightPx, createdAt, notes }: Media): Manifest {
  const { provider, model, seed, number, prompt, negativePrompt, software } = notes
  return {
    ...{ format: 'kinora-provenance/1', media_id: id, sha256: digest, file_size_bytes: sizeBytes },
    ...{ mime_type: mimeTypeOf(format), width: widthPx, height: heightPx, created_at: createdAt.toISOString() },
    ...{ provider, model, digital_source_type: sourceTypeOf(notes), seed, number },
    ...(prompt !== undefined && { prompt }),
    ...(negativePrompt !== undefined && { negative_prompt: negativePrompt }),
    software,
  }
}
