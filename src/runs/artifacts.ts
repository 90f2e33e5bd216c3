// artifacts: immutable bytes in storage, named by their digest and found by the key of what they were made by.
import type { Kysely } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { isErrno, toAppError } from '../lib/errors.ts'
import type { Storage } from '../storage/contract.ts'
import { digestFile } from '../storage/digest.ts'
import type { RunStream } from './run.ts'

export type Artifact = {
  /** sha256 of the bytes. */
  readonly digest: string
  readonly sizeBytes: number
  readonly facts: ArtifactFacts
}

/** What the gate measured. */
export type ArtifactFacts = { readonly durationS: number; readonly streams: readonly RunStream[] }

export interface Artifacts {
  /** The artifact with this key, if its bytes are there and still what they were; a damaged one is forgotten. */
  find(key: string, workspaceFile: string, signal?: AbortSignal): Promise<Artifact | undefined>
  /** Whether there is an artifact with this key, going by the table alone. */
  isKnown(key: string): Promise<boolean>
  /** Stores a file (which is gone afterwards) under a key. The first to publish wins; whoever comes later gets its artifact. */
  publish(key: string, file: string, facts: ArtifactFacts): Promise<Artifact>
  /**
   * The bytes as a local file, read once more: where they lie, or fetched to `workspaceFile`. Undefined when they are
   * gone or not what they were; such an artifact is forgotten.
   */
  open(digest: string, workspaceFile: string, signal?: AbortSignal): Promise<string | undefined>
  /** From now on there is no artifact with these bytes. */
  forget(digest: string): Promise<void>
}

export function openArtifacts(db: Database, storage: Storage): Artifacts {
  const forget = async (digest: string) => {
    // The bytes stay: somebody who made the same again may be putting good ones in their place at this very moment.
    await db.kysely.deleteFrom('artifacts').where('digest', '=', digest).execute()
  }
  const open = async (digest: string, workspaceFile: string, signal?: AbortSignal) => {
    try {
      const local = storage.localPath(objectKey(digest))
      if (local === undefined) await storage.fetchTo(objectKey(digest), workspaceFile)
      const file = local ?? workspaceFile
      if ((await digestFile(file, { signal })) === digest) return file
    } catch (error) {
      if (!isDamage(error)) throw error
    }
    await forget(digest)
    return undefined
  }
  return {
    open,
    forget,
    async isKnown(key) {
      return (await findRow(db.kysely, key)) !== undefined
    },
    async find(key, workspaceFile, signal) {
      const found = await findRow(db.kysely, key)
      return found && (await open(found.digest, workspaceFile, signal)) ? found : undefined
    },
    async publish(key, path, facts) {
      const digest = await digestFile(path)
      await storage.putFile(objectKey(digest), path)
      const sizeBytes = (await storage.stat(objectKey(digest)))?.sizeBytes ?? 0
      return await db.transaction(async trx => {
        const row = { digest, size_bytes: sizeBytes, facts: JSON.stringify(facts) }
        await trx
          .insertInto('artifacts')
          .values(row)
          // Changes nothing but holds the row: whoever wants to forget it waits until the key is there too.
          .onConflict(on => on.column('digest').doUpdateSet({ size_bytes: sizeBytes }))
          .execute()
        await trx
          .insertInto('artifact_keys')
          .values({ key, digest })
          .onConflict(on => on.doNothing())
          .execute()
        return (await findRow(trx, key)) ?? { digest, sizeBytes, facts }
      })
    },
  }
}

// Two levels of folders: file systems slow down when a folder has hundreds of thousands of entries.
function objectKey(digest: string): string {
  return `artifacts/${digest.slice(0, 2)}/${digest}`
}

async function findRow(kysely: Kysely<Tables>, key: string): Promise<Artifact | undefined> {
  const row = await kysely
    .selectFrom('artifact_keys')
    .innerJoin('artifacts', 'artifacts.digest', 'artifact_keys.digest')
    .select(['artifacts.digest', 'artifacts.size_bytes', 'artifacts.facts'])
    .where('artifact_keys.key', '=', key)
    .executeTakeFirst()
  return row && { digest: row.digest, sizeBytes: row.size_bytes, facts: row.facts as ArtifactFacts }
}

// EIO is what a disk says of a sector that it cannot read any more.
function isDamage(error: unknown): boolean {
  return isErrno(error, 'ENOENT') || isErrno(error, 'EIO') || toAppError(error).code === 'object_missing'
}
