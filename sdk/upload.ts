// upload: a file on its way to the server, counted byte by byte: by XMLHttpRequest in browsers, as a stream elsewhere.
import type { Connection } from './connection.ts'
import { multipart } from './multipart.ts'
import { isStream, nameOf, type Source, toBlob } from './source.ts'
import { hasXhr, sendByXhr } from './xhr.ts'

export type OnUploaded = (sentBytes: number, totalBytes: number | undefined) => void

type Sending = {
  /** Besides those of the form. */
  readonly headers: Readonly<Record<string, string>>
  readonly onUploaded: OnUploaded
  readonly signal?: AbortSignal
}

/** Sends the source as the multipart field `file`. */
export async function upload(
  connection: Connection,
  path: string,
  source: Source,
  { headers, onUploaded, signal }: Sending,
): Promise<Response> {
  const common = { method: 'POST', ...(signal && { signal }) } as const
  // Only XMLHttpRequest tells a browser how much of a body has been sent.
  if (hasXhr() && !connection.hasOwnFetch) {
    const form = new FormData()
    form.append('file', await toBlob(source), nameOf(source))
    return connection.exchange(path, () => ({ ...common, headers, body: form }), sendByXhr(onUploaded))
  }
  return connection.exchange(path, () => {
    const form = multipart('file', source, onUploaded)
    const once = isStream(source) && ({ isSpent: true } as const)
    return { ...common, ...form, headers: { ...form.headers, ...headers }, ...once }
  })
}
