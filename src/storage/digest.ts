// digest: what a file contains, and by what to notice that it may have changed.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { hostname } from 'node:os'

/** sha256 of the file's bytes, in hex. */
export async function digestFile(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(chunk)
  return hash.digest('hex')
}

/** Equal as long as nobody has touched the file. Names the host too: inodes of two hosts have nothing in common. */
export async function fingerprintFile(
  path: string,
): Promise<{ fingerprint: string; sizeBytes: number; isFile: boolean }> {
  const stat = await lstat(path, { bigint: true })
  const fingerprint = [hostname(), stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':')
  return { fingerprint, sizeBytes: Number(stat.size), isFile: stat.isFile() }
}
