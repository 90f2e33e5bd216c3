// inspect: what a server says about a source without sending it.
import type { IncomingHttpHeaders } from 'node:http'
import type { Errand } from './errand.ts'
import type { Network } from './exchange.ts'
import { follow } from './redirects.ts'
import { assertFound, tooLarge } from './refusals.ts'
import { contentLength, contentRange, fingerprintOf, strongTag } from './validators.ts'

export type Inspected = {
  readonly sizeBytes?: number
  /** Equal fingerprints, equal bytes; undefined when the server gives nothing to compare. */
  readonly fingerprint?: string
  /** Names the bytes to the server. */
  readonly strongTag?: string
  /** Whether the server has sent a part when it was asked for one; small sources are not asked for. */
  readonly acceptsRanges: boolean
  /** Where the redirects ended. */
  readonly finalUrl: string
}

/** Throws `source_missing`, `source_too_large`, `location_refused` or `unavailable`. */
export async function inspect(network: Network, errand: Errand): Promise<Inspected> {
  const inspected = (await askForHead(network, errand)) ?? (await askForOneByte(network, errand))
  if ((inspected.sizeBytes ?? 0) > network.maxBytes) throw tooLarge(errand.url, network.maxBytes)
  return inspected
}

// Undefined where it is not the last word: not every server knows HEAD, a signed URL is often good for GET alone, and
// only an answer with a part proves that parts can be had.
async function askForHead(network: Network, errand: Errand): Promise<Inspected | undefined> {
  await using answer = await follow(network, errand, { method: 'HEAD', headers: {} })
  const sizeBytes = contentLength(answer.headers)
  if (answer.status !== 200 || !sizeBytes) return undefined
  const worthParts = sizeBytes > network.limits.partBytes && strongTag(answer.headers) !== undefined
  if (worthParts && answer.headers['accept-ranges'] !== 'none' && sizeBytes <= network.maxBytes) return undefined
  return describe(answer.url, answer.headers, sizeBytes, false)
}

async function askForOneByte(network: Network, errand: Errand): Promise<Inspected> {
  await using answer = await follow(network, errand, { method: 'GET', headers: { range: 'bytes=0-0' } })
  // There is no first byte of nothing (RFC 9110, 15.5.17).
  if (answer.status === 416 && answer.headers['content-range'] === 'bytes */0')
    return describe(answer.url, answer.headers, 0, false)
  assertFound(errand.url, answer.status)
  if (answer.status !== 206) return describe(answer.url, answer.headers, contentLength(answer.headers), false)
  const range = contentRange(answer.headers)
  return describe(answer.url, answer.headers, range?.sizeBytes, range?.fromByte === 0 && range.toByte === 0)
}

function describe(
  url: URL,
  headers: IncomingHttpHeaders,
  sizeBytes: number | undefined,
  acceptsRanges: boolean,
): Inspected {
  const fingerprint = fingerprintOf(headers, sizeBytes)
  const tag = strongTag(headers)
  return {
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(fingerprint && { fingerprint }),
    ...(tag && { strongTag: tag }),
    ...{ acceptsRanges, finalUrl: url.href },
  }
}
