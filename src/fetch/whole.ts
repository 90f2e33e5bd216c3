// whole: a source in one stream; when it breaks off, from the start again.
import { attempt, writeAt } from './attempts.ts'
import type { Download } from './download.ts'
import type { Answer } from './exchange.ts'
import { follow } from './redirects.ts'
import { assertFound, changed, tooLarge, unavailable } from './refusals.ts'
import { contentLength, fingerprintOf } from './validators.ts'

/** Answers the number of bytes. */
export function downloadWhole(download: Download): Promise<number> {
  const { network, errand, handle } = download
  return attempt(errand, network.limits.retryMs, async () => {
    await handle.truncate(0)
    await using answer = await follow(network, errand, { method: 'GET', headers: {} })
    assertFound(errand.url, answer.status)
    // Nobody asked for a part.
    if (answer.status === 206) throw unavailable(errand.url)
    assertInspected(download, answer)
    return await receive(download, answer)
  })
}

function assertInspected({ network, errand, inspected }: Download, { headers }: Answer): void {
  const announced = contentLength(headers)
  if ((announced ?? 0) > network.maxBytes) throw tooLarge(errand.url, network.maxBytes)
  const fingerprint = fingerprintOf(headers, announced)
  const other = <T>(now: T | undefined, then: T | undefined) => now !== undefined && then !== undefined && now !== then
  if (other(fingerprint, inspected.fingerprint) || other(announced, inspected.sizeBytes)) throw changed(errand.url)
}

async function receive({ network, errand, inspected, handle, onProgress }: Download, { body }: Answer) {
  let received = 0
  for await (const chunk of body) {
    // What was announced may be a lie, and need not have been announced.
    if (received + chunk.length > network.maxBytes) throw tooLarge(errand.url, network.maxBytes)
    await writeAt(handle, chunk, received)
    received += chunk.length
    onProgress(received)
  }
  const { sizeBytes = received } = inspected
  if (received > sizeBytes) throw changed(errand.url)
  // A body that ends with its connection does not tell when it was cut.
  if (received < sizeBytes) throw unavailable(errand.url)
  return received
}
