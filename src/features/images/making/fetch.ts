// fetch: what a vendor has delivered, as a file and as bytes, whichever way it came.
import { readFile, writeFile } from 'node:fs/promises'
import type { Fetcher } from '../../../fetch/open.ts'
import { AppError } from '../../../lib/errors.ts'
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
}

export type Where = {
  readonly fetcher: Pick<Fetcher, 'download'>
  readonly workspace: Workspace
  /** The vendor's. */
  readonly name: string
  readonly signal: AbortSignal
}

/** Throws `provider_failed`, and `provider_refused` for an address that may not be called. */
export async function fetchPicture(where: Where, picture: Picture, number: number): Promise<Delivered> {
  const file = where.workspace.file(`delivered-${number}`)
  if (!('bytes' in picture) && !picture.url.startsWith('data:')) {
    await download(where, picture.url, file)
    return { bytes: await readFile(file), file, number }
  }
  const bytes = 'bytes' in picture ? picture.bytes : bytesOfUrl(where, picture.url)
  await writeFile(file, bytes)
  return { bytes, file, number }
}

// What has been made has been paid for: a server that is away for a while is no reason to order it again.
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

// What may not be fetched today may not be fetched tomorrow, and would be paid for once more.
const FOR_GOOD: readonly string[] = ['location_refused', 'source_too_large']

function notToBeHad(name: string, cause: AppError): AppError {
  const code = FOR_GOOD.includes(cause.code) ? 'provider_refused' : 'provider_failed'
  return new AppError(code, `${name} API error: its picture was not to be had: ${cause.message}`, { cause })
}

// RFC 2397, of which vendors use this much.
function bytesOfUrl({ name }: Where, url: string): Buffer {
  const [, base64] = /^data:[^,]*;base64,([A-Za-z0-9+/_=\s-]*)$/.exec(url) ?? []
  if (base64 === undefined)
    throw new AppError('provider_failed', `${name} API error: its picture is written in no way that we read`)
  return Buffer.from(base64, 'base64')
}
