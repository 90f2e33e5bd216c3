// filesystem: objects as files under one directory; each appears by a rename, so it is whole or not there.
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isErrno } from '../lib/errors.ts'
import type { Storage } from './contract.ts'
import { assertMovable, copyToNewFile, syncToDisk } from './files.ts'
import { assertKey, isKey, missing } from './keys.ts'

// Begins with a dot, which no key can.
const INCOMING = '.incoming'

/** Objects in `root`, which is made when the first one comes. Several processes may share it. */
export function filesystemStorage(directory: string): Storage {
  const root = resolve(directory)
  const pathOf = (key: string) => join(root, key)
  const isAbsent = (error: unknown) => ['ENOENT', 'ENOTDIR', 'EISDIR'].some(code => isErrno(error, code))

  async function publish(incoming: string, key: string): Promise<void> {
    const path = pathOf(key)
    await makeDirectory(dirname(path))
    await rename(incoming, path)
    await syncToDisk(dirname(path))
  }

  /** Hands `write` a new path for the bytes, and publishes what it has written and synced. */
  async function receive(key: string, write: (incoming: string) => Promise<void>): Promise<void> {
    const incoming = join(root, INCOMING, randomUUID())
    await mkdir(dirname(incoming), { recursive: true })
    try {
      await write(incoming)
      await publish(incoming, key)
    } catch (error) {
      await rm(incoming, { force: true })
      throw error
    }
  }

  return {
    async put(key, body) {
      assertKey(key)
      let sizeBytes = 0
      await receive(key, async incoming => {
        const file = createWriteStream(incoming, { flags: 'wx', flush: true })
        await pipeline(body, file)
        sizeBytes = file.bytesWritten
      })
      return { sizeBytes }
    },

    async putFile(key, path) {
      assertKey(key)
      await assertMovable(path)
      await syncToDisk(path)
      try {
        await publish(path, key)
      } catch (error) {
        if (!isErrno(error, 'EXDEV')) throw error
        await receive(key, async incoming => {
          await copyToNewFile(path, incoming)
          await syncToDisk(incoming)
        })
        await unlink(path)
      }
    },

    async get(key) {
      if (!isKey(key)) throw missing(key)
      const handle = await open(pathOf(key)).catch(error => {
        throw isAbsent(error) ? missing(key, error) : error
      })
      if ((await handle.stat()).isFile()) return createReadStream('', { fd: handle })
      await handle.close()
      throw missing(key)
    },

    async fetchTo(key, path) {
      if (!(await this.stat(key))) throw missing(key)
      await copyToNewFile(pathOf(key), path)
    },

    async stat(key) {
      if (!isKey(key)) return undefined
      const found = await stat(pathOf(key)).catch(error => {
        if (!isAbsent(error)) throw error
      })
      return found?.isFile() ? { sizeBytes: found.size } : undefined
    },

    async delete(key) {
      if (!(await this.stat(key))) return
      await rm(pathOf(key), { force: true })
    },

    async *list(prefix) {
      // Only the directory that the prefix names as a whole needs to be read.
      const parent = prefix.slice(0, prefix.lastIndexOf('/') + 1)
      if (parent && !isKey(parent.slice(0, -1))) return
      const entries = await readdir(join(root, parent), { recursive: true, withFileTypes: true }).catch(error => {
        if (isAbsent(error)) return []
        throw error
      })
      for (const entry of entries) {
        const key = relative(root, join(entry.parentPath, entry.name))
        if (entry.isFile() && isKey(key) && key.startsWith(prefix)) yield key
      }
    },

    localPath(key) {
      return isKey(key) ? pathOf(key) : undefined
    },

    async *leftovers(_prefix, before) {
      const folder = join(root, INCOMING)
      for (const name of await readdir(folder).catch(error => (isAbsent(error) ? [] : Promise.reject(error)))) {
        const found = await stat(join(folder, name)).catch(() => undefined)
        if (!found || found.mtime >= before) continue
        yield { name: `${INCOMING}/${name}`, remove: () => rm(join(folder, name), { force: true }) }
      }
    },
  }
}

// A new directory is only there for good once the one that names it is on the disk.
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true })
  if (first === undefined) return
  for (let path = directory; path.length >= first.length; path = dirname(path)) await syncToDisk(dirname(path))
}
