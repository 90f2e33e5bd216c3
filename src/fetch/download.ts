// download: a source into a new file, in parts side by side where the server can do that safely.
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Errand } from './errand.ts'
import type { Network } from './exchange.ts'
import type { Inspected } from './inspect.ts'
import { downloadParts } from './parts.ts'
import { tooLarge } from './refusals.ts'
import { downloadWhole } from './whole.ts'

/** One download, as both ways of doing it see it. */
export type Download = {
  readonly network: Network
  readonly errand: Errand
  readonly inspected: Inspected
  readonly handle: FileHandle
  /** How many bytes have arrived; less than before when a try starts anew. */
  readonly onProgress: (receivedBytes: number) => void
}

/**
 * Leaves a whole file, or none. Throws what `inspect` throws, `source_changed` when the bytes are not those that were
 * inspected, and an error of the file system when there is such a file already or no room.
 */
export async function download(
  file: string,
  { network, errand, inspected, onProgress }: Omit<Download, 'handle'>,
): Promise<{ sizeBytes: number }> {
  const { sizeBytes = 0, acceptsRanges, strongTag } = inspected
  if (sizeBytes > network.maxBytes) throw tooLarge(errand.url, network.maxBytes)
  const inParts = acceptsRanges && strongTag !== undefined && sizeBytes > network.limits.partBytes
  const handle = await open(file, 'wx')
  try {
    const work = { network, errand, inspected, handle, onProgress }
    const receivedBytes = inParts ? await downloadParts(work, { sizeBytes, strongTag }) : await downloadWhole(work)
    await handle.close()
    return { sizeBytes: receivedBytes }
  } catch (thrown) {
    await handle.close()
    await rm(file, { force: true })
    throw thrown
  }
}
