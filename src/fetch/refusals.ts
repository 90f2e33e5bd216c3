// refusals: how a fetch fails, in words so coarse that nobody can map a network with them.
import { AppError } from '../lib/errors.ts'

/** The one sentence for whatever a network holds: an unknown name, a private address, a closed port. */
export const NOT_CALLED = 'its host is unknown or may not be called'

export function refused(url: URL | undefined, why: string): AppError {
  return new AppError('location_refused', `${printUrl(url)} is refused: ${why}`)
}

/** The server could not be reached, is too slow, or does not keep to HTTP. */
export function unavailable(url: URL, cause?: unknown): AppError {
  return new AppError('unavailable', `${printUrl(url)} could not be fetched: its server does not answer as it should`, {
    cause,
  })
}

export function tooLarge(url: URL, maxBytes: number): AppError {
  return new AppError('source_too_large', `${printUrl(url)} has more than ${maxBytes} bytes`)
}

export function changed(url: URL): AppError {
  return new AppError('source_changed', `${printUrl(url)} has changed while it was read`)
}

/** Throws unless the answer has what was asked for. */
export function assertFound(url: URL, status: number): void {
  if (status === 200 || status === 203 || status === 206) return
  if (status === 404 || status === 410) throw new AppError('source_missing', `There is nothing at ${printUrl(url)}`)
  if (status === 401 || status === 403) throw refused(url, 'its server does not give it to us')
  if (status >= 400 && status < 500 && ![408, 425, 429].includes(status))
    throw refused(url, 'its server does not accept the request')
  throw unavailable(url)
}

// Without what may be a secret: credentials, and the signature that many a query carries.
function printUrl(url: URL | undefined): string {
  if (!url) return 'A URL'
  const text = `${url.protocol}//${url.host}${url.pathname}`
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
