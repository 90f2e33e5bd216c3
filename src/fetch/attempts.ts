// attempts: tries again what a bad moment of a server or of the network has cut short.
import type { FileHandle } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../lib/errors.ts'
import type { Errand } from './errand.ts'

const MOST = 5

/** Up to five times, with growing pauses, as long as it fails with `unavailable` and there is time. */
export async function attempt<T>(errand: Errand, retryMs: number, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (thrown) {
      const passing = thrown instanceof AppError && thrown.code === 'unavailable'
      if (!passing || tries === MOST || errand.signal.aborted) throw thrown
      await delay(retryMs * 2 ** (tries - 1), undefined, { signal: errand.signal }).catch(aborted => {
        throw errand.failure(aborted)
      })
    }
  }
}

/** Writes all of it at this place of the file. */
export async function writeAt(handle: FileHandle, chunk: Buffer, atByte: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, atByte + done)
    done += bytesWritten
  }
}
