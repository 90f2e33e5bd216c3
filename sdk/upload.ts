// upload: a file on its way to the server, counted byte by byte: by XMLHttpRequest in browsers, as a stream elsewhere.
import type { Connection } from './connection.ts'
import { multipart } from './multipart.ts'
import { isStream, nameOf, type Source, toBlob } from './source.ts'
import { hasXhr, sendByXhr } from './xhr.ts'

export type OnUploaded = (sentBytes: number, totalBytes: number | undefined) => void

/** Sends the source as the multipart field `file`. */
export async function upload(
  connection: Connection,
  path: string,
  source: Source,
  onUploaded: OnUploaded,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const common = { method: 'POST', ...(signal && { signal }) } as const
  // Only XMLHttpRequest tells a browser how much of a body has been sent.
  if (hasXhr() && !connection.hasOwnFetch) {
    const form = new FormData()
    form.append('file', await toBlob(source), nameOf(source))
    return connection.exchange(path, () => ({ ...common, headers: {}, body: form }), sendByXhr(onUploaded))
  }
  return connection.exchange(path, () => ({
    ...common,
    ...multipart('file', source, onUploaded),
    ...(isStream(source) && { isSpent: true }),
  }))
}
