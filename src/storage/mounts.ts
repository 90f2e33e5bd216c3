// mounts: the folders of this machine that callers may read from and write to, and nothing outside them.
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, isErrno } from '../lib/errors.ts'
import { fingerprintFile } from './digest.ts'
import { isInside } from './files.ts'
import {
  destinationPlace,
  firstPlace,
  type Mount,
  type MountTable,
  type Place,
  printPlace,
  quote,
  refused,
  sourcePlaces,
} from './locations.ts'
import { type Copied, publishFile } from './publish.ts'

export type Source = {
  /** On this machine, with no symlink in it. */
  readonly path: string
  readonly sizeBytes: number
  /** Changes when anybody touches the file. */
  readonly fingerprint: string
}

export interface Mounts {
  /**
   * Finds a regular file, as this owner sees the mounts. Throws `source_missing`, or `location_refused` for what is outside of every mount, reached
   * through a symlink that leaves its mount, or not a regular file.
   */
  source(location: string, owner: string): Promise<Source>
  /** Checks the spelling and answers the one of the place that is looked at first. Throws `location_refused`. */
  checkSource(location: string): string
  /** Whether a source is still as it was found; false also when it is gone. */
  same(source: Source): Promise<boolean>
  /** Checks the spelling and answers the one that stands for all. Throws `location_refused`. */
  destination(location: string): string
  /**
   * Copies `file` to a destination, making missing folders. What was there stays until the copy is whole and on the
   * disk and `approve` has not thrown, and is then replaced in one step; a copy that fails leaves nothing. Throws
   * `location_refused`.
   */
  publish(
    file: string,
    to: { location: string; owner: string },
    approve?: (copied: Copied) => Promise<void>,
  ): Promise<Copied>
}

/** `table` maps names such as `/uploads` to folders of the host. Throws `config_invalid` for a name that is not one. */
export function openMounts(table: Readonly<Record<string, Mount>>): Mounts {
  const mounts: MountTable = new Map(Object.entries(table))
  for (const name of mounts.keys())
    if (!/^(?:\/[\w][\w.-]*)+$/.test(name)) throw new AppError('config_invalid', `A mount cannot be called "${name}"`)
  return {
    async source(location, owner) {
      for (const place of sourcePlaces(location, mounts)) {
        const found = await find(location, place, rootOf(mounts, place, owner))
        if (found) return found
      }
      throw new AppError('source_missing', `There is no file at ${quote(location)}`)
    },
    checkSource: location => printPlace(firstPlace(location, mounts)),
    async same({ path, fingerprint }) {
      const now = await fingerprintFile(path).catch(() => undefined)
      return now?.fingerprint === fingerprint
    },
    destination: location => printPlace(destinationPlace(location, mounts)),
    async publish(file, { location, owner }, approve = async () => {}) {
      const place = destinationPlace(location, mounts)
      return await publishFile(file, { location, root: rootOf(mounts, place, owner), parts: place.parts }, approve)
    },
  }
}

function rootOf(mounts: MountTable, { mount }: Place, owner: string): string {
  const { directory, access } = mounts.get(mount) ?? { directory: '', access: 'shared' }
  return access === 'per-owner' ? join(directory, folderOf(owner)) : directory
}

// Most owners have a name that a folder can have. A name that cannot, or that another could be taken for, is hashed.
function folderOf(owner: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/.test(owner)) return owner
  return `~${createHash('sha256').update(owner).digest('hex').slice(0, 32)}`
}

async function find(location: string, { parts }: Place, directory: string): Promise<Source | undefined> {
  const root = await existing(location, directory)
  const path = root && (await existing(location, join(root, ...parts)))
  if (!path) return undefined
  if (!isInside(root, path)) throw refused(location, 'it leads out of its mount')
  // Not opened: opening a pipe waits for its other end, and opening a device may do anything.
  const { fingerprint, sizeBytes, isFile } = await fingerprintFile(path)
  if (!isFile) throw refused(location, 'it is not a regular file')
  return { path, sizeBytes, fingerprint }
}

async function existing(location: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined
    if (isErrno(error, 'ELOOP') || isErrno(error, 'EACCES')) throw refused(location, 'it cannot be followed')
    throw error
  }
}
