// lock: one owner for a data directory. Two processes on one embedded database lose everything without a word.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../lib/errors.ts'

const SQLITE_BUSY = 5

/**
 * Makes `directory` (mode 0700) if it is missing and holds it until disposed of, or until this process is gone,
 * `kill -9` included: the kernel drops the lock. Throws `data_directory_in_use`. No other code may open the lock file:
 * closing any descriptor of it would drop the lock too.
 */
export function lockDirectory(directory: string): Disposable {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = new DatabaseSync(join(directory, 'lock'), { timeout: 0 })
  try {
    file.exec('begin exclusive')
  } catch (error) {
    file.close()
    if (!isBusy(error)) throw error
    const remedy = 'stop it first, or choose another directory with KINORA_DATA_DIR'
    throw new AppError('data_directory_in_use', `"${directory}" is in use by another Kinora process: ${remedy}`)
  }
  return {
    [Symbol.dispose]() {
      if (file.isOpen) file.close()
    },
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && (error as { errcode?: number }).errcode === SQLITE_BUSY
}
