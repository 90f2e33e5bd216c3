// validators: what an answer says about which bytes it is of: a tag, a date, a size.
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Only a strong tag names bytes (RFC 9110, 8.8.3); a weak one names what they mean. */
export function strongTag({ etag }: IncomingHttpHeaders): string | undefined {
  return etag && /^"[\x21\x23-\x7e\x80-\xff]+"$/.test(etag) ? etag : undefined
}

/** The same as long as the bytes are the same, as far as the server tells; undefined when it does not. */
export function fingerprintOf(headers: IncomingHttpHeaders, sizeBytes: number | undefined): string | undefined {
  const tag = strongTag(headers)
  const modified = headers['last-modified']
  if (tag) return digest(['etag', tag])
  return modified && sizeBytes !== undefined ? digest(['last-modified', modified, sizeBytes]) : undefined
}

/** The size that a whole answer announces. */
export function contentLength(headers: IncomingHttpHeaders): number | undefined {
  const length = headers['content-length']
  return length && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

export type ContentRange = { readonly fromByte: number; readonly toByte: number; readonly sizeBytes: number }

/** `bytes 0-99/1234` (RFC 9110, 14.4); undefined where the whole size is not told. */
export function contentRange(headers: IncomingHttpHeaders): ContentRange | undefined {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers['content-range'] ?? '')
  return range ? { fromByte: Number(range[1]), toByte: Number(range[2]), sizeBytes: Number(range[3]) } : undefined
}

function digest(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}
