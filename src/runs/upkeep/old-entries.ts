// old-entries: what lies in a folder and has not been touched for a while.
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../../lib/errors.ts'

/** Names of files and folders that nobody has written to for `seconds`; none where there is no such folder. */
export async function oldEntries(folder: string, seconds: number): Promise<string[]> {
  const names = await readdir(folder).catch(error => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const old = await Promise.all(names.map(async name => ((await isOld(join(folder, name), seconds)) ? [name] : [])))
  return old.flat().sort()
}

/** Also when it was moved: only then does its ctime change. False for what is gone. */
export async function isOld(path: string, seconds: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found !== undefined && Math.max(found.mtimeMs, found.ctimeMs) <= Date.now() - seconds * 1000
}
