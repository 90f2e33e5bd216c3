// download: the bytes of an answer, counted while they come, and what they are called.

import { unreachable } from './connection.ts'
import type { ConvertedFile } from './contract.ts'
import type { Reporter } from './progress.ts'

/** Throws a BackendError when the connection breaks or the answer ends early. */
export async function download(
  response: Response,
  reporter: Reporter,
  signal: AbortSignal | undefined,
): Promise<ConvertedFile> {
  const total = lengthOf(response)
  reporter.moved('download', 0, total)
  const bytes = await readAll(response, loaded => reporter.moved('download', loaded, total)).catch(thrown =>
    unreachable(thrown, signal),
  )
  reporter.ended('download')
  return {
    bytes,
    name: nameOf(response.headers.get('content-disposition')) ?? 'motion_photo_MP.jpg',
    type: response.headers.get('content-type')?.split(';')[0]?.trim() ?? 'application/octet-stream',
  }
}

// A length that was measured before compression says nothing of the bytes that we count.
function lengthOf({ headers }: Response): number | undefined {
  const written = headers.get('content-length')
  return written === null || headers.has('content-encoding') ? undefined : Number(written)
}

async function readAll(response: Response, onLoaded: (loaded: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let loaded = 0
  const reader = response.body?.getReader()
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    pieces.push(next.value)
    loaded += next.value.length
    onLoaded(loaded)
  }
  const whole = new Uint8Array(loaded)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

// RFC 6266: the name with an asterisk counts more.
function nameOf(disposition: string | null): string | undefined {
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition ?? '')?.[1]
  if (extended !== undefined) return decodeURIComponent(extended)
  return /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition ?? '')?.[1]?.replace(/\\(.)/g, '$1')
}
