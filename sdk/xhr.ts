// xhr: a request by XMLHttpRequest that looks like one by fetch, and tells how much of its body has been sent.
import type { Send } from './connection.ts'
import type { OnUploaded } from './upload.ts'

/** What we use of XMLHttpRequest, so that this also compiles where there is none. */
type Xhr = {
  responseType: 'arraybuffer'
  readonly response: ArrayBuffer | null
  readonly status: number
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null }
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getAllResponseHeaders(): string
  send(body: unknown): void
  abort(): void
}

const world = globalThis as { readonly XMLHttpRequest?: new () => Xhr }

export function hasXhr(): boolean {
  return world.XMLHttpRequest !== undefined
}

/** `onUploaded` counts the whole body: the file, and what stands around it. */
export function sendByXhr(onUploaded: OnUploaded): Send {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      if (!world.XMLHttpRequest) throw new TypeError('There is no XMLHttpRequest')
      const request = new world.XMLHttpRequest()
      const abort = () => request.abort()
      const settle = (act: () => void) => () => {
        signal?.removeEventListener('abort', abort)
        act()
      }
      request.onload = settle(() => resolve(toResponse(request)))
      request.onerror = settle(() => reject(new TypeError('The request got no answer')))
      request.onabort = settle(() => reject(signal?.reason ?? new TypeError('The request was stopped')))
      request.upload.onprogress = ({ loaded, total }) => onUploaded(loaded, total)
      request.open(method, url)
      request.responseType = 'arraybuffer'
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      signal?.addEventListener('abort', abort)
      request.send(body)
    })
}

function toResponse(request: Xhr): Response {
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split(/\r\n/)) {
    const [name = '', ...value] = line.split(':')
    if (name !== '') headers.append(name, value.join(':').trim())
  }
  // Some statuses may not have a body, not even an empty one.
  const body = request.response?.byteLength ? request.response : null
  return new Response(body, { status: request.status, headers })
}
