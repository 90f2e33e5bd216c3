// owner-path: where the owner's socket is, and how to name it in the 107 bytes that a socket's address has.
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export function socketPath(directory: string): string {
  return join(directory, 'owner.sock')
}

const LONGEST_BYTES = 107

/** A name for the same socket that fits, good until it is disposed of: a longer one goes through an open directory. */
export async function shortPath(path: string): Promise<{ readonly path: string } & AsyncDisposable> {
  if (Buffer.byteLength(path) <= LONGEST_BYTES) return { path, [Symbol.asyncDispose]: async () => undefined }
  const folder = await open(dirname(path))
  return { path: `/proc/self/fd/${folder.fd}/${basename(path)}`, [Symbol.asyncDispose]: () => folder.close() }
}
