// begin: a prediction is asked for once: what an earlier attempt may have asked for is looked for first.
import { z } from 'zod'
import { AppError, isErrno } from '../../../lib/errors.ts'
import type { ImageWork } from '../contract.ts'
import { persistently } from '../patience.ts'
import type { Asked, ReplicateApi } from './client.ts'
import { findEarlier } from './earlier.ts'
import { isUnwanted, stop } from './follow.ts'
import { linger } from './linger.ts'
import type { Prediction } from './prediction.ts'

/** Kept before anything is paid, and again once Replicate has a name for it. */
const notes = z.looseObject({ askedAt: z.iso.datetime(), id: z.string().optional() })

const FAILED_LOOKS = 8
// The list may be a moment behind.
const LOOKS_AFTER_MS = [0, 300, 900]
const FAILED_LOOKS_AFTER = 4
const LINGER_MS = 3000

export async function begin(api: ReplicateApi, asked: Asked, work: ImageWork): Promise<Prediction | { id: string }> {
  const { askedAt, id } = notes.safeParse(work.notes.found).data ?? {}
  if (id !== undefined) return { id }
  const earlier =
    askedAt === undefined
      ? undefined
      : await persistently(FAILED_LOOKS, work, async () => await findEarlier(api, asked, askedAt, work.signal))
  if (earlier && askedAt !== undefined) return await keep(work, askedAt, earlier)
  const now = new Date().toISOString()
  await work.notes.keep({ askedAt: now })
  work.signal.throwIfAborted()
  return await keep(work, now, await ask(api, asked, now, work))
}

async function keep(work: ImageWork, askedAt: string, found: Prediction): Promise<Prediction> {
  await work.notes.keep({ askedAt, id: found.id })
  return found
}

// Somebody who stops in the middle of it does not know whether it was paid for: the answer is waited for a little.
async function ask(api: ReplicateApi, asked: Asked, askedAt: string, work: ImageWork): Promise<Prediction> {
  using lingering = linger(work.signal, LINGER_MS)
  try {
    return await api.create(asked, lingering.signal)
  } catch (thrown) {
    if (isUnwanted(work.signal)) await stopUnanswered(api, asked, askedAt)
    work.signal.throwIfAborted()
    if (!mayHaveBegun(thrown)) throw thrown
    const found = await lookAfter(api, asked, askedAt, work).catch(unknown => {
      work.signal.throwIfAborted()
      // They said themselves that it went wrong; in all other cases a later attempt has to look again.
      throw thrown.cause === undefined ? thrown : unknown
    })
    if (!found) throw thrown
    return found
  }
}

function mayHaveBegun(thrown: unknown): thrown is AppError {
  if (!(thrown instanceof AppError)) return false
  if (thrown.code === 'provider_unreadable') return true
  if (thrown.code !== 'provider_failed') return false
  return !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].some(code =>
    isErrno(thrown.cause, code),
  )
}

async function lookAfter(
  api: ReplicateApi,
  asked: Asked,
  askedAt: string,
  work: ImageWork,
): Promise<Prediction | undefined> {
  for (const pauseMs of LOOKS_AFTER_MS) {
    if (pauseMs > 0) await work.pause(pauseMs)
    const look = async () => await findEarlier(api, asked, askedAt, work.signal)
    const found = await persistently(FAILED_LOOKS_AFTER, work, look)
    if (found) return found
  }
  return undefined
}

async function stopUnanswered(api: ReplicateApi, asked: Asked, askedAt: string): Promise<void> {
  const look = findEarlier(api, asked, askedAt, AbortSignal.timeout(LINGER_MS))
  const found = await look.catch(() => undefined)
  if (found) await stop(api, found.id)
}
