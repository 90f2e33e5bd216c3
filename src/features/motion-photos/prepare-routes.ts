// prepare-routes: POST /prepare: a clip comes in, a session is opened for it, and a preview is made that browsers play.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/errors.ts'
import { fromSeconds } from '../../lib/time.ts'
import { securityOf } from '../../web/openapi.ts'
import { type ReceivedFile, receiveForm } from '../../web/receive.ts'
import type { Api } from '../../web/server.ts'
import { admitAtMost } from './admission.ts'
import { makingLimits } from './limits.ts'
import { make } from './made.ts'
import { progressHeaders, refuseBadProgressId } from './progress-id.ts'
import * as schemas from './schemas.ts'
import type { MotionServices } from './services.ts'
import { uploadKey } from './store.ts'
import { clipRules } from './uploads.ts'
import { prepareSteps } from './work.ts'

/** So many for each that is worked on: the others are still uploading, or wait. */
export const WAITING = 5

export function prepareRoute(api: Api, services: MotionServices): void {
  const { scratch, maxBytes, auth, concurrency } = services
  const schema = {
    operationId: 'prepare',
    security: securityOf(auth),
    summary: 'Upload a clip',
    description: 'The answer comes when the preview is there.',
    tags: ['motion photos'],
    consumes: ['multipart/form-data'],
    headers: progressHeaders,
    body: schemas.prepareForm,
    response: { 200: schemas.prepared, ...schemas.refusals },
  }
  const route = {
    schema,
    config: { limits: makingLimits(services) },
    // The form has been read by then, file by file.
    validatorCompiler: () => (value: unknown) => ({ value }),
    preParsing: [refuseBadProgressId, admitAtMost(WAITING * concurrency)],
    preValidation: receiveForm({ scratch, files: { file: clipRules(maxBytes) } }),
  }
  api.post('/prepare', route, async (request, reply) => {
    const { file } = request.form.files
    if (!file) throw new AppError('request_invalid', 'file is missing: send the clip as a file of that name')
    const { id, durationS } = await prepare(services, request, reply, file)
    return { session_id: id, preview_url: `${request.baseUrl}/preview/${id}.mp4`, duration: durationS }
  })
}

async function prepare(services: MotionServices, request: FastifyRequest, reply: FastifyReply, file: ReceivedFile) {
  const { sessions, artifacts, patienceMs } = services
  const { digest: source, sizeBytes, path } = file
  const id = await sessions.begin(request.owner, source)
  try {
    // What it is nobody has looked at yet.
    await artifacts.publish(uploadKey(source), path, { digest: source, facts: { durationS: 0, streams: [] } })
    const { output } = await make(services, request, reply, {
      ...{ sessionId: id, prefix: 'prep', output: 'preview', patienceMs: patienceMs.prepare },
      asked: { session_id: id, sha256: source, size_bytes: sizeBytes },
      steps: prepareSteps({ source }),
    })
    const { sha256: preview, durationS } = output
    await sessions.ready(id, { preview, durationUs: fromSeconds(durationS) })
    return { id, durationS }
  } catch (thrown) {
    await sessions.close(id).catch(err => request.log.error({ err }, 'a session was not closed'))
    throw thrown
  }
}
