// workable: whether work could be done now: bytes can be kept, and there is a place to work in.
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../lib/errors.ts'
import type { Storage } from '../storage/contract.ts'

export type WorkableMeans = { readonly storage: Storage; readonly scratch: string }

/** How long whoever asks waits, and how long what was found holds. */
export type WorkableTimes = { readonly patienceMs: number; readonly freshMs: number }

const USUAL: WorkableTimes = { patienceMs: 3000, freshMs: 5000 }

/** Asked however often, it tries one thing at a time. The answer throws `unavailable`. */
export function openWorkable(means: WorkableMeans, { patienceMs, freshMs }: WorkableTimes = USUAL) {
  let trial: Promise<void> | undefined
  const begin = () => {
    const trying = tryOut(means)
    const over = () => sleep(freshMs, undefined, { ref: false })
    trying.then(over, over).then(() => {
      trial = undefined
    })
    return trying
  }
  return async (): Promise<void> => {
    trial ??= begin()
    const answered = new AbortController()
    try {
      await Promise.race([trial, tooLong(patienceMs, answered.signal)])
    } finally {
      answered.abort()
    }
  }
}

async function tryOut({ storage, scratch }: WorkableMeans): Promise<void> {
  await Promise.all([
    telling(tryScratch(scratch), 'There is no place to work in'),
    telling(tryStorage(storage), 'The storage cannot be used'),
  ])
}

async function tryScratch(scratch: string): Promise<void> {
  const file = join(scratch, `health-${randomUUID()}`)
  await writeFile(file, SOMETHING, { flag: 'wx' }).finally(() => rm(file, { force: true }))
}

// A disk may be full, or gone; what a server elsewhere has room for is its own business, and writing to it costs money.
async function tryStorage(storage: Storage): Promise<void> {
  if (storage.localPath(KEY) === undefined) return void (await storage.stat(KEY))
  await storage.put(KEY, Readable.from([SOMETHING]))
  await storage.delete(KEY)
}

const KEY = 'health'
const SOMETHING = Buffer.from('.')

async function telling(work: Promise<void>, what: string): Promise<void> {
  await work.catch(cause => {
    throw new AppError('unavailable', what, { cause })
  })
}

async function tooLong(patienceMs: number, signal: AbortSignal): Promise<never> {
  await sleep(patienceMs, undefined, { signal, ref: false }).catch(() => undefined)
  throw new AppError('unavailable', 'The storage does not answer')
}
