// parts: a source in ranges side by side; a part that breaks off goes on where it stopped.
import { attempt, writeAt } from './attempts.ts'
import type { Download } from './download.ts'
import type { Errand } from './errand.ts'
import type { Answer } from './exchange.ts'
import { follow } from './redirects.ts'
import { assertFound, changed, unavailable } from './refusals.ts'
import { contentRange, strongTag } from './validators.ts'

/** What every part must be a part of. */
type Whole = { readonly sizeBytes: number; readonly strongTag: string }
type Part = { readonly fromByte: number; readonly toByte: number }

/** Answers the number of bytes. Throws `source_changed` when parts come from different versions of the source. */
export async function downloadParts(download: Download, whole: Whole): Promise<number> {
  const { limits } = download.network
  const parts = partsOf(whole.sizeBytes, limits.partBytes)
  const failed = new AbortController()
  const errand: Errand = { ...download.errand, signal: AbortSignal.any([download.errand.signal, failed.signal]) }
  let received = 0
  const onBytes = (bytes: number) => {
    received += bytes
    download.onProgress(received)
  }
  const lane = async () => {
    // All lanes take from the same row.
    for (const part of parts) await receivePart({ ...download, errand }, whole, part, onBytes)
  }
  const failures: unknown[] = []
  const stopOthers = (thrown: unknown) => {
    failures.push(thrown)
    failed.abort()
  }
  await Promise.all(Array.from({ length: limits.parallelParts }, () => lane().catch(stopOthers)))
  // The first is the cause of the others.
  if (failures.length > 0) throw failures[0]
  return received
}

function* partsOf(sizeBytes: number, partBytes: number): Generator<Part, void> {
  for (let fromByte = 0; fromByte < sizeBytes; fromByte += partBytes)
    yield { fromByte, toByte: Math.min(fromByte + partBytes, sizeBytes) - 1 }
}

async function receivePart(
  { network, errand, handle }: Download,
  whole: Whole,
  { fromByte, toByte }: Part,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { retryMs, windowBytes } = network.limits
  // If-Match stops a changed source at once; If-Range makes servers without it send all, which is seen below.
  const conditions = { 'if-match': whole.strongTag, 'if-range': whole.strongTag }
  let at = fromByte
  await attempt(errand, retryMs, async () => {
    while (at <= toByte) {
      const before = at
      const headers = { range: `bytes=${at}-${toByte}`, ...conditions }
      await using answer = await follow(network, errand, { method: 'GET', headers })
      assertPart(errand, answer, whole, { fromByte: at, toByte })
      for await (const chunk of answer.body) {
        if (at + chunk.length > toByte + 1) throw unavailable(errand.url)
        await writeAt(handle, chunk, at)
        at += chunk.length
        onBytes(chunk.length)
      }
      // A server may give less at a time than it was asked for, but not so little that it takes for ever.
      if (at <= toByte && at - before < windowBytes) throw unavailable(errand.url)
    }
  })
}

function assertPart(errand: Errand, { status, headers }: Answer, whole: Whole, part: Part): void {
  if (status === 412 || status === 416) throw changed(errand.url)
  assertFound(errand.url, status)
  const range = contentRange(headers)
  const tag = strongTag(headers)
  if (status !== 206 || range?.sizeBytes !== whole.sizeBytes || (tag && tag !== whole.strongTag))
    throw changed(errand.url)
  // Less than was asked for is within the protocol; another place is not.
  if (range.fromByte !== part.fromByte || range.toByte > part.toByte) throw unavailable(errand.url)
}
