// receive: forms, as they are sent with files (multipart, RFC 7578) or without; files go straight to disk, counted and digested.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, isErrno, toAppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { openWorkspace, type Workspace } from '../runs/workspace.ts'
import { whenAnswered } from './answered.ts'
import { badText } from './json.ts'
import { printFault } from './sentences.ts'

export type Form = {
  readonly fields: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, ReceivedFile>>
}

export type ReceivedFile = {
  /** Gone when the request has been answered, unless it was moved away. */
  readonly path: string
  /** As its sender calls it: a claim, and no path. */
  readonly name: string
  readonly sizeBytes: number
  /** sha256, in hex. */
  readonly digest: string
}

/** What a route takes besides fields. */
export type FormRules = {
  /** A directory of this process alone. */
  readonly scratch: string
  readonly files: Readonly<Record<string, FileRules>>
}

export type FileRules = {
  readonly maxBytes: number
  /** Throws at the beginning of a file that is of no use, before the rest is read. */
  check(head: Buffer): void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What `receiveForm` has received. */
    form: Form
  }
}

/** How much of a file is looked at, or all of it where it is shorter. */
const HEAD_BYTES = 64 * 1024
const LIMITS = { fieldNameSize: 100, fieldSize: 4096, fields: 50, headerPairs: 50 }

/** Call in a scope, before its routes are there: they take forms from now on, too. */
export async function readForms(api: FastifyInstance): Promise<void> {
  api.decorateRequest('form')
  await api.register(multipart, { limits: LIMITS, throwFileSizeLimit: false })
  api.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => {
      request.bodyText = body
      return fieldsOf(new URLSearchParams(body))
    },
  )
  api.addContentTypeParser('*', async () => {
    throw new AppError('content_type_unsupported', 'A body of this Content-Type is not taken here')
  })
  api.addHook('onSend', async ({ raw }, reply) => {
    if (raw.complete) return
    reply.header('connection', 'close')
    linger(raw)
  })
}

// How long a sender may go on after it has been refused.
const LINGER_MS = 2000

// RFC 9112, 9.6: closed at once, a connection whose sender is still busy is reset, and its answer is lost with it. Read
// to the end, a large body that is refused would keep its sender busy for nothing.
function linger(raw: FastifyRequest['raw']): void {
  const { socket } = raw
  // What Node does after the last answer on a connection.
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(timer))
    socket.end()
    raw.unpipe()
    raw.resume()
  }
}

/**
 * A `preValidation` hook for a route that takes a form: then `request.form` has it, and an Idempotency-Key holds for
 * the very bytes. Throws `upload_too_large` as soon as that is known, `request_invalid` for a form that is none, and
 * what a file's `check` throws.
 */
export function receiveForm(rules: FormRules) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.isMultipart()) {
      if (!isForm(request)) throw new AppError('content_type_unsupported', `Send ${WANTED}`)
      request.form = { fields: request.body as Form['fields'], files: {} }
      return
    }
    refuseLength(request, rules)
    const workspace = await openWorkspace(rules.scratch, newId('upload'), 1)
    const receiving = receive(request, rules, workspace)
    // Whoever still writes into it would leave something behind.
    const clear = () => receiving.catch(() => undefined).then(() => workspace[Symbol.asyncDispose]())
    whenAnswered(reply, () => void clear())
    request.form = await receiving
    request.bodyText = JSON.stringify([
      request.form.fields,
      Object.entries(request.form.files).map(([name, { digest }]) => [name, digest]),
    ])
  }
}

const WANTED = 'a form: Content-Type multipart/form-data or application/x-www-form-urlencoded'

function isForm({ headers }: FastifyRequest): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')
}

// What a form adds to its files: generously, for the exact limit is held while they are read.
const FORM_BYTES = 64 * 1024

function refuseLength({ headers }: FastifyRequest, { files }: FormRules): void {
  const most = Object.values(files).reduce((total, { maxBytes }) => total + maxBytes, FORM_BYTES)
  if (Number(headers['content-length'] ?? 0) > most) throw tooLarge(most - FORM_BYTES)
}

async function receive(request: FastifyRequest, rules: FormRules, workspace: Workspace): Promise<Form> {
  const fields: [string, string][] = []
  const files = new Map<string, ReceivedFile>()
  try {
    const limits = { ...LIMITS, files: Object.keys(rules.files).length + 1, fileSize: Number.MAX_SAFE_INTEGER }
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') files.set(part.fieldname, await receiveFile(part, rules, files, workspace))
      else fields.push([part.fieldname, String(part.value)])
      if (part.type === 'field' && part.valueTruncated) throw invalid(`${part.fieldname} is too long`)
    }
  } catch (thrown) {
    throw readable(thrown)
  }
  return { fields: checked(fieldsOf(fields)), files: Object.fromEntries(files) }
}

async function receiveFile(
  { fieldname, filename, file }: MultipartFile,
  { files: rules }: FormRules,
  received: ReadonlyMap<string, ReceivedFile>,
  workspace: Workspace,
): Promise<ReceivedFile> {
  const rule = Object.hasOwn(rules, fieldname) ? rules[fieldname] : undefined
  const refusal = received.has(fieldname) ? 'was sent twice' : rule ? undefined : 'is no file that belongs here'
  if (refusal !== undefined || !rule) {
    file.destroy()
    throw invalid(`${fieldname} ${refusal}`)
  }
  const path = workspace.file(`part-${received.size}`)
  const hash = createHash('sha256')
  const counted = { sizeBytes: 0 }
  await pipeline(
    file,
    chunks =>
      inspect(chunks, rule, chunk => {
        hash.update(chunk)
        counted.sizeBytes += chunk.length
      }),
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  )
  return { path, name: filename, sizeBytes: counted.sizeBytes, digest: hash.digest('hex') }
}

// Holds the beginning back until it has been looked at.
async function* inspect(
  chunks: Readable,
  { maxBytes, check }: FileRules,
  count: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  let head: Buffer[] | undefined = []
  let sizeBytes = 0
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
    count(chunk)
    head?.push(chunk)
    if (head && sizeBytes < HEAD_BYTES) continue
    if (head) check(Buffer.concat(head))
    yield head ? Buffer.concat(head) : chunk
    head = undefined
  }
  if (!head) return
  check(Buffer.concat(head))
  yield Buffer.concat(head)
}

function fieldsOf(entries: Iterable<[string, string]>): Record<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of entries) {
    if (fields.has(name)) throw invalid(`${name} was sent twice`)
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

function checked(fields: Form['fields']): Form['fields'] {
  const fault = badText(fields, '')
  if (fault) throw new AppError('request_invalid', printFault(fault), { details: [fault] })
  return fields
}

// What a parser thinks of a stranger's bytes is no failure of ours; a full disk is.
function readable(thrown: unknown): AppError {
  if (thrown instanceof AppError || isErrno(thrown, 'ENOSPC')) return toAppError(thrown)
  return new AppError('request_invalid', 'The form is not whole', { cause: thrown })
}

function invalid(message: string): AppError {
  return new AppError('request_invalid', message)
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('upload_too_large', `At most ${maxBytes} bytes may be sent`)
}
