// files: the few things that make a file on a disk durable, whole, and really a file.
import { constants } from 'node:fs'
import { copyFile, lstat, open } from 'node:fs/promises'
import { relative } from 'node:path'
import { AppError } from '../lib/errors.ts'

/** Copies to a new file; where the file system can share blocks, at no cost. Never a link: both may be changed. */
export async function copyToNewFile(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
}

/** Returns when the disk has it: a file's bytes, or the names in a directory. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Throws `output_rejected` unless the path is a regular file with one name. A tool that was taken over could leave a
 * link to somebody else's file, or a pipe that never ends, where its output should be.
 */
export async function assertMovable(path: string): Promise<void> {
  const stat = await lstat(path)
  if (!stat.isFile() || stat.nlink !== 1) throw new AppError('output_rejected', 'An output is not a plain file')
}

/** Whether `path` is `root` or below it; both without symlinks. */
export function isInside(root: string, path: string): boolean {
  return !/^\.\.(\/|$)/.test(relative(root, path))
}
