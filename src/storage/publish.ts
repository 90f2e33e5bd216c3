// publish: puts a copy of a file into a folder that others may write to as well, in one step and never outside of it.
import { createHash, randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isErrno } from '../lib/errors.ts'
import { digestFile } from './digest.ts'
import { copyToNewFile, isInside, syncToDisk } from './files.ts'
import { refused } from './locations.ts'

export type Destination = {
  /** As the caller wrote it, for messages. */
  readonly location: string
  /** The mount's folder on this machine. */
  readonly root: string
  readonly parts: readonly string[]
}

// Of this process and still being written.
const writing = new Set<string>()

/** What has been copied and is on the disk, but not in its place yet. */
export type Copied = { readonly sizeBytes: number; readonly sha256: string }

/**
 * Copies, syncs, asks, renames. `approve` throws when the copy must not take its place after all. Throws
 * `location_refused` where the destination is not a file inside its mount.
 */
export async function publishFile(
  file: string,
  destination: Destination,
  approve: (copied: Copied) => Promise<void>,
): Promise<Copied> {
  const directory = await openDirectory(destination)
  const target = join(directory, destination.parts.at(-1) ?? '')
  await assertReplaceable(destination, target)
  const part = `${partPrefix(target)}${randomUUID()}.part`
  await removeLeftovers(directory, partPrefix(target))
  const copy = join(directory, part)
  writing.add(part)
  try {
    await copyToNewFile(file, copy)
    const [sha256, { size }] = await Promise.all([digestFile(copy), lstat(copy), syncToDisk(copy)])
    await approve({ sizeBytes: size, sha256 })
    await rename(copy, target)
    await syncToDisk(directory)
    return { sizeBytes: size, sha256 }
  } catch (error) {
    await rm(copy, { force: true })
    throw error
  } finally {
    writing.delete(part)
  }
}

// Step by step, looking after each: a symlink on the way must not make us create anything outside.
async function openDirectory({ location, root, parts }: Destination): Promise<string> {
  await mkdir(root, { recursive: true })
  const realRoot = await realpath(root)
  let directory = realRoot
  for (const part of parts.slice(0, -1)) {
    const path = join(directory, part)
    const made = await mkdir(path).then(
      () => true,
      error => {
        if (isErrno(error, 'EEXIST')) return false
        throw error
      },
    )
    if (made) await syncToDisk(directory)
    directory = await realpath(path).catch(() => '/')
    if (!isInside(realRoot, directory)) throw refused(location, 'it leads out of its mount')
    if (!(await lstat(directory)).isDirectory()) throw refused(location, 'a file is in the way of a folder')
  }
  return directory
}

async function assertReplaceable({ location }: Destination, target: string): Promise<void> {
  const there = await lstat(target).catch(error => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  // A symlink is replaced itself; what it points to stays as it is.
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw refused(location, 'something that is not a file is there')
}

function partPrefix(target: string): string {
  return `.kinora-${createHash('sha256').update(basename(target)).digest('hex').slice(0, 16)}-`
}

// A process that was killed while it published to this very place could not clean up after itself.
async function removeLeftovers(directory: string, prefix: string): Promise<void> {
  const names = await readdir(directory)
  const leftovers = names.filter(name => name.startsWith(prefix) && !writing.has(name))
  await Promise.all(leftovers.map(name => rm(join(directory, name), { force: true })))
}
