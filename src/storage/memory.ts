// memory: objects that live as long as this process, for tests and trials.
import { readFile, unlink, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Storage } from './contract.ts'
import { assertMovable } from './files.ts'
import { assertKey, missing } from './keys.ts'

export function memoryStorage(): Storage {
  const objects = new Map<string, Buffer>()

  function read(key: string): Buffer {
    const object = objects.get(key)
    if (!object) throw missing(key)
    return object
  }

  return {
    async put(key, body) {
      assertKey(key)
      const object = await buffer(body)
      objects.set(key, object)
      return { sizeBytes: object.length }
    },
    async putFile(key, path) {
      assertKey(key)
      await assertMovable(path)
      objects.set(key, await readFile(path))
      await unlink(path)
    },
    async get(key) {
      return Readable.from([read(key)], { objectMode: false })
    },
    async fetchTo(key, path) {
      await writeFile(path, read(key), { flag: 'wx' })
    },
    async stat(key) {
      const object = objects.get(key)
      return object && { sizeBytes: object.length }
    },
    async delete(key) {
      objects.delete(key)
    },
    async *list(prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key
    },
    localPath() {
      return undefined
    },
  }
}
