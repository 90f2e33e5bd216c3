// cache: bytes that were fetched from elsewhere, kept on this machine by their digest, as many as may be kept.
import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../lib/errors.ts'
import { digestFile } from '../storage/digest.ts'
import { copyToNewFile } from '../storage/files.ts'

export interface Cache {
  /** Puts the bytes with this digest into a new file; false when they are not here. */
  take(digest: string, file: string, signal?: AbortSignal): Promise<boolean>
  /** Keeps what a file contains; it must not be changed from now on, and may go at any time. */
  keep(digest: string, file: string): Promise<void>
}

/** `directory` belongs to this process alone. What was used longest ago goes first when there are too many bytes. */
export function openCache(directory: string, maxBytes: number): Cache {
  // Written or looked at by this process. What an earlier one wrote, it may not have written to the end.
  const sound = new Set<string>()
  const pathOf = (digest: string) => join(directory, digest)
  const isSound = async (digest: string, signal?: AbortSignal) => {
    if (sound.has(digest)) return true
    if ((await digestFile(pathOf(digest), { signal })) === digest) return sound.add(digest).size > 0
    await rm(pathOf(digest), { force: true })
    return false
  }
  return {
    async take(digest, file, signal) {
      try {
        if (!(await isSound(digest, signal))) return false
        await linkOrCopy(pathOf(digest), file)
        await utimes(pathOf(digest), new Date(), new Date())
        return true
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return false
        throw error
      }
    },
    async keep(digest, file) {
      const { size } = await stat(file)
      if (size > maxBytes) return
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const incoming = join(directory, `${INCOMING}${randomUUID()}`)
      await linkOrCopy(file, incoming)
      await rename(incoming, pathOf(digest))
      sound.add(digest)
      await evict(directory, maxBytes)
    },
  }
}

/** Removes what a killed process was writing. Only for the owner of the data directory. */
export async function tidyCache(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (const name of await readdir(directory))
    if (name.startsWith(INCOMING)) await rm(join(directory, name), { force: true })
}

const INCOMING = 'incoming-'

// A second name costs nothing, and keeps the bytes for whoever reads them when the first one goes.
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async error => {
    if (!isErrno(error, 'EXDEV')) throw error
    await copyToNewFile(from, to)
  })
}

async function evict(directory: string, maxBytes: number): Promise<void> {
  const names = await readdir(directory)
  const files = await Promise.all(
    names.map(async name => {
      const path = join(directory, name)
      const found = await stat(path).catch(() => undefined)
      return found ? [{ path, sizeBytes: found.size, usedMs: found.mtimeMs }] : []
    }),
  )
  const oldestFirst = files.flat().sort((a, b) => a.usedMs - b.usedMs)
  let bytes = oldestFirst.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  for (const { path, sizeBytes } of oldestFirst) {
    if (bytes <= maxBytes) return
    await rm(path, { force: true })
    bytes -= sizeBytes
  }
}
