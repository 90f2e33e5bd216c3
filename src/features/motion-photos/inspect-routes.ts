// inspect-routes: takes motion photos apart: what one is, what others will make of it, its still and its clip.
import { type FileHandle, open } from 'node:fs/promises'
import { finished, Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { AppError } from '../../lib/errors.ts'
import type { Processes } from '../../process/open.ts'
import type { AuthMode } from '../../web/authenticate.ts'
import { securityOf } from '../../web/openapi.ts'
import { type ReceivedFile, receiveForm } from '../../web/receive.ts'
import type { Api } from '../../web/server.ts'
import { validatorCompiler } from '../../web/validator.ts'
import { admitAtMost } from './admission.ts'
import { beginsPhoto } from './begins-photo.ts'
import * as schemas from './inspect-schemas.ts'
import { type Inspection, inspect } from './inspection.ts'
import { nameOfPart, type Part, toPart } from './parts.ts'
import { WAITING } from './prepare-routes.ts'
import { fileSource } from './readers/source.ts'
import { report } from './report.ts'
import { refusals } from './schemas.ts'
import type { Piece } from './still.ts'

export type InspectServices = {
  readonly processes: Processes
  /** Where uploads are for as long as they are looked at: a directory of this process alone. */
  readonly scratch: string
  readonly maxBytes: number
  readonly auth: AuthMode
  /** How many are worked on at once. */
  readonly concurrency: number
}

/** Call in a scope that has `readForms`. */
export function inspectRoutes(api: Api, services: InspectServices): void {
  const taking = {
    preParsing: admitAtMost(WAITING * services.concurrency),
    preValidation: receiveForm({
      scratch: services.scratch,
      files: { file: { maxBytes: services.maxBytes, check: beginsPhoto } },
    }),
    validatorCompiler: allButForms,
  }
  inspectRoute(api, services, taking)
  extractRoute(api, services, taking)
}

type Taking = {
  readonly preParsing: ReturnType<typeof admitAtMost>
  readonly preValidation: ReturnType<typeof receiveForm>
  readonly validatorCompiler: typeof allButForms
}

// The form has been read by then, file by file.
const allButForms: FastifySchemaCompiler<unknown> = route =>
  route.httpPart === 'body'
    ? (value: unknown) => ({ value })
    : validatorCompiler(route as Parameters<typeof validatorCompiler>[0])

function inspectRoute(api: Api, { processes, auth }: InspectServices, taking: Taking): void {
  const schema = {
    operationId: 'inspectPhoto',
    summary: 'What a photo is, and what each kind of software will make of its video',
    description: 'Nothing of it is kept.',
    security: securityOf(auth),
    tags: ['motion photos'],
    consumes: ['multipart/form-data'],
    body: schemas.photoForm,
    response: { 200: schemas.inspection, ...refusals },
  }
  api.post('/inspect', { schema, ...taking }, async (request, reply) => {
    const file = received(request as FastifyRequest)
    const gone = new AbortController()
    finished(reply.raw, () => gone.abort())
    await using handle = await open(file.path)
    return await report(processes, file, await inspected(handle, file), gone.signal)
  })
}

function extractRoute(api: Api, { auth }: InspectServices, taking: Taking): void {
  const schema = {
    operationId: 'extractPart',
    summary: 'The still or the clip of a photo',
    description:
      'The clip byte for byte; the still with all its metadata but those that tell of the video. 422 when there is no video.',
    security: securityOf(auth),
    tags: ['motion photos'],
    consumes: ['multipart/form-data'],
    body: schemas.photoForm,
    querystring: schemas.extractQuery,
    response: { 200: BYTES, ...refusals },
  }
  api.post('/extract', { schema, ...taking }, async (request, reply) => {
    const file = received(request as FastifyRequest)
    const { part } = request.query
    await using opened = new AsyncDisposableStack()
    const handle = opened.use(await open(file.path))
    const found = await inspected(handle, file)
    if (!found.clip)
      throw new AppError('motion_photo_missing', 'There is no video in this file: it is not a motion photo')
    // From here on it is closed by its stream, whether the client takes everything or hangs up.
    opened.move()
    return sendPart(reply, handle, { ...(await toPart(found, part)), photoName: file.name })
  })
}

function sendPart(reply: FastifyReply, handle: FileHandle, { pieces, type, photoName }: Part & { photoName: string }) {
  reply.headers({
    'content-type': type,
    'content-length': pieces.reduce((sum, { length }) => sum + length, 0),
    'content-disposition': `attachment; filename="${nameOfPart(photoName, type)}"`,
  })
  const bytes = Readable.from(bytesOf(handle, pieces), { objectMode: false })
  bytes.once('close', () => handle.close())
  return reply.send(bytes)
}

async function* bytesOf(handle: FileHandle, pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  for (const piece of pieces)
    if (Buffer.isBuffer(piece)) yield piece
    else {
      const { offset, length } = piece
      yield* handle.createReadStream({ start: offset, end: offset + length - 1, autoClose: false })
    }
}

const bytes = { schema: schemas.binary }
const BYTES = {
  description: 'Its bytes',
  content: {
    ...{ 'image/jpeg': bytes, 'image/heic': bytes, 'image/avif': bytes },
    ...{ 'video/mp4': bytes, 'video/quicktime': bytes },
  },
}

function received({ form }: FastifyRequest): ReceivedFile {
  const file = form.files['file']
  if (!file) throw new AppError('request_invalid', 'file is missing: send a photo')
  return file
}

async function inspected(handle: FileHandle, { sizeBytes }: ReceivedFile): Promise<Inspection> {
  const found = await inspect(fileSource(handle, sizeBytes))
  if (!found) throw new AppError('upload_unsupported', 'This is neither JPEG, HEIC nor AVIF')
  return found
}
