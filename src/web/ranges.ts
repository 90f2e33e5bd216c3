// ranges: answers with the bytes of a file: all of them, a part (RFC 9110, 14), or that the caller has them already.
import { open } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../lib/errors.ts'

export type ServedFile = {
  /** May be removed as soon as this has been called. */
  readonly path: string
  /** Of the bytes: equal tags are equal bytes. */
  readonly digest: string
  readonly type: string
  /** RFC 6266: `inline`, or `attachment; filename="…"`. */
  readonly disposition: string
}

/** Where a part begins and ends, both counted in. */
export type Part = { readonly start: number; readonly end: number }

/** To be returned from the handler of a GET, a HEAD or a POST; a POST is answered whole. Throws what opening throws. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  served: ServedFile,
): Promise<FastifyReply> {
  const etag = `"${served.digest}"`
  reply.headers({
    etag,
    'content-type': served.type,
    'content-disposition': served.disposition,
    // Whoever has the address may show it.
    'cross-origin-resource-policy': 'cross-origin',
  })
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  // It may be asked for again, but only by whoever has asked: `no-store` keeps players from seeking in what they have.
  if (isRead) reply.headers({ 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' })
  if (isRead && hasAlready(request, etag)) return reply.code(304).removeHeader('content-type').send()

  const file = await open(served.path)
  try {
    const { size } = await file.stat()
    const part = isRead ? partOf(request, etag, size) : undefined
    if (part === 'none') throw unsatisfiable(reply, size)
    if (part) reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${size}`)
    const { start, end } = part ?? { start: 0, end: size - 1 }
    reply.header('content-length', end - start + 1)
    if (request.method === 'HEAD' || size === 0) {
      await file.close()
      return reply.send()
    }
    return reply.send(file.createReadStream({ start, end }))
  } catch (error) {
    await file.close()
    throw error
  }
}

/** RFC 9110, 13.1.2; tags are compared weakly, and ours have no weak form. */
function hasAlready({ headers }: FastifyRequest, etag: string): boolean {
  const tags = headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag) || tags.includes('*')
}

// RFC 9110, 13.1.5 and 14.2: only for a GET, and only of the bytes that the caller has begun with.
function partOf({ method, headers }: FastifyRequest, etag: string, sizeBytes: number): Part | 'none' | undefined {
  const { range, 'if-range': of = etag } = headers
  if (range === undefined || method !== 'GET' || of !== etag) return undefined
  return readRange(range, sizeBytes)
}

/**
 * The part that a Range header asks for; `none` when the file has nothing of it; undefined where the header is to be
 * ignored: it is no range of bytes, or several parts are asked for, which nobody who plays media does.
 */
export function readRange(header: string, sizeBytes: number): Part | 'none' | undefined {
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header) ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return suffix(Number(last), sizeBytes)
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= sizeBytes) return 'none'
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) }
}

function suffix(lengthBytes: number, sizeBytes: number): Part | 'none' {
  if (lengthBytes === 0 || sizeBytes === 0) return 'none'
  return { start: Math.max(0, sizeBytes - lengthBytes), end: sizeBytes - 1 }
}

function unsatisfiable(reply: FastifyReply, sizeBytes: number): AppError {
  for (const name of ['etag', 'content-type', 'content-disposition']) reply.removeHeader(name)
  reply.header('content-range', `bytes */${sizeBytes}`)
  return new AppError('range_unsatisfiable', `There are ${sizeBytes} bytes, and none of those that were asked for`)
}
