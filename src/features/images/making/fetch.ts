// fetch: what a vendor has delivered, as a file and as bytes, whichever way it came.
import { readFile, writeFile } from 'node:fs/promises'
import type { Fetcher } from '../../../fetch/open.ts'
import { AppError, type ErrorCode } from '../../../lib/errors.ts'
import type { Picture } from '../../../providers/image/contract.ts'
import { pauseFor } from '../../../providers/vendor.ts'
import type { Workspace } from '../../../runs/workspace.ts'

/** Not looked at yet. */
export type Delivered = {
  readonly bytes: Buffer
  /** The same. */
  readonly file: string
  /** Counted from 1. */
  readonly number: number
  /** What was sent where a picture was ordered. */
  readonly takenFrom?: 'animation'
}

export type Where = {
  readonly fetcher: Pick<Fetcher, 'download'>
  readonly workspace: Workspace
  /** The vendor's. */
  readonly name: string
  readonly signal: AbortSignal
}

/**
 * Into a new file of that name. Throws `unavailable` for what may be had later, `provider_unreadable` for what is not there,
 * and `provider_refused` for an address that may not be called.
 */
export async function fetchPicture(where: Where, picture: Picture, number: number, name: string): Promise<Delivered> {
  const file = where.workspace.file(name)
  if (!('bytes' in picture) && !picture.url.startsWith('data:')) {
    await download(where, picture.url, file)
    return { bytes: await readFile(file), file, number }
  }
  const bytes = 'bytes' in picture ? picture.bytes : bytesOfUrl(where, picture.url)
  await writeFile(file, bytes)
  return { bytes, file, number }
}

// A server may be away for a while: what has been made has been paid for.
const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000, 30_000] as const

// Nothing is asked for beforehand: many such addresses are good for one request of one kind.
async function download({ fetcher, name, signal }: Where, url: string, file: string): Promise<void> {
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    try {
      return void (await fetcher.download(url, file, { inspected: { acceptsRanges: false, finalUrl: url }, signal }))
    } catch (thrown) {
      signal.throwIfAborted()
      if (!(thrown instanceof AppError)) throw thrown
      if (thrown.code !== 'unavailable' || pauseMs === undefined) throw notToBeHad(name, thrown)
      await pauseFor(pauseMs, signal)
    }
  }
}

// What may not be fetched today may not be fetched tomorrow.
const CODES: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  unavailable: 'unavailable',
  location_refused: 'provider_refused',
  source_too_large: 'provider_refused',
}

function notToBeHad(name: string, cause: AppError): AppError {
  const code = CODES[cause.code] ?? 'provider_unreadable'
  return new AppError(code, `${name} API error: its picture was not to be had: ${cause.message}`, { cause })
}

// RFC 2397, of which vendors use this much.
function bytesOfUrl({ name }: Where, url: string): Buffer {
  const [, base64] = /^data:[^,]*;base64,([A-Za-z0-9+/_=\s-]*)$/.exec(url) ?? []
  if (base64 === undefined)
    throw new AppError('provider_unreadable', `${name} API error: its picture is written in no way that we read`)
  return Buffer.from(base64, 'base64')
}
