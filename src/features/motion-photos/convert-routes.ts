// convert-routes: POST /convert: a photo that moves, or the bare clip of one, made of a session's clip.
import type { FastifyRequest } from 'fastify'
import { securityOf } from '../../web/openapi.ts'
import { receiveForm } from '../../web/receive.ts'
import type { Api } from '../../web/server.ts'
import { admitAtMost } from './admission.ts'
import { sendArtifact } from './answer.ts'
import { makingLimits } from './limits.ts'
import { make } from './made.ts'
import { WAITING } from './prepare-routes.ts'
import { progressHeaders, refuseBadProgressId } from './progress-id.ts'
import { readConvert, toConvertParams } from './requests.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'
import { uploadKey } from './store.ts'
import { pictureRules } from './uploads.ts'
import { type ConvertParams, convertSteps } from './work.ts'

export function convertRoute(api: Api, services: MotionServices): void {
  const { scratch, maxBytes, auth, concurrency, patienceMs, sessions } = services
  const schema = {
    operationId: 'convert',
    security: securityOf(auth),
    summary: 'Make a motion photo',
    description: 'With `format`, the bare clip in place of the photo.',
    tags: ['motion photos'],
    consumes: ['application/x-www-form-urlencoded', 'multipart/form-data'],
    headers: progressHeaders,
    body: schemas.convertUpload,
    response: { ...schemas.refusals },
  }
  const route = {
    schema,
    config: { limits: makingLimits(services) },
    validatorCompiler: () => (value: unknown) => ({ value }),
    preParsing: [refuseBadProgressId, admitAtMost(WAITING * concurrency)],
    preValidation: receiveForm({ scratch, files: { cover: pictureRules(maxBytes) } }),
  }
  api.post('/convert', route, async (request, reply) => {
    const asked = readConvert(request.form.fields)
    const session = await sessions.find(asked.sessionId, request.viewer)
    // Everything is refused that can be before the picture is kept.
    const params = toConvertParams(asked, session, request.form.files['cover']?.digest)
    await keepCover(services, request, session.id)
    const { run, output } = await make(services, request, reply, {
      ...{ sessionId: session.id, prefix: 'photo', output: 'photo', patienceMs: patienceMs.convert },
      asked: request.form.fields,
      steps: convertSteps(params),
    })
    return await sendArtifact(services, request, reply, { digest: output.sha256, ...named(params, run.createdAt) })
  })
}

async function keepCover({ sessions, artifacts }: MotionServices, { form }: FastifyRequest, id: string): Promise<void> {
  const { cover } = form.files
  if (!cover) return
  await sessions.addArtifact(id, cover.digest)
  const made = { digest: cover.digest, facts: { durationS: 0, streams: [] } }
  await artifacts.publish(uploadKey(cover.digest), cover.path, made)
}

const KINDS: Readonly<Record<ConvertParams['format'], readonly [type: string, before: string, after: string]>> = {
  // Readers look for what a name ends in before they look inside.
  motion_photo: ['image/jpeg', 'IMG', '_MP.jpg'],
  mp4: ['video/mp4', 'VID', '.mp4'],
  gif: ['image/gif', 'IMG', '.gif'],
  webp: ['image/webp', 'IMG', '.webp'],
}

function named({ format }: ConvertParams, at: Date) {
  const [type, before, after] = KINDS[format]
  const stamp = at
    .toISOString()
    .replace(/[-:]|\..*$/g, '')
    .replace('T', '_')
  return { type, disposition: `attachment; filename="${before}_${stamp}${after}"` }
}
