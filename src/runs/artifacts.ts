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
  /** The artifact with this key, if its bytes are there and still what they were; damaged ones are thrown away. */
  find(key: string, workspaceFile: string, signal?: AbortSignal): Promise<Artifact | undefined>
  /** Whether there is an artifact with this key, going by the table alone. */
  isKnown(key: string): Promise<boolean>
  /** Stores a file (which is gone afterwards) under a key. The first to publish wins; whoever comes later gets its artifact. */
  publish(key: string, file: string, facts: ArtifactFacts): Promise<Artifact>
  /** The bytes as a local file: where they lie, or fetched to `workspaceFile`. Throws `object_missing`. */
  file(digest: string, workspaceFile: string): Promise<string>
  /** Throws an artifact away whose bytes are not what they were. */
  forget(digest: string): Promise<void>
}

export function openArtifacts(db: Database, storage: Storage): Artifacts {
  const file = async (digest: string, workspaceFile: string) => {
    const local = storage.localPath(objectKey(digest))
    if (local === undefined) await storage.fetchTo(objectKey(digest), workspaceFile)
    return local ?? workspaceFile
  }
  const forget = async (digest: string) => {
    // The row first: an object without a row is only waste, a row without an object would be a lie.
    await db.kysely.deleteFrom('artifacts').where('digest', '=', digest).execute()
    await storage.delete(objectKey(digest))
  }
  return {
    file,
    forget,
    async isKnown(key) {
      return (await findRow(db.kysely, key)) !== undefined
    },
    async find(key, workspaceFile, signal) {
      const found = await findRow(db.kysely, key)
      if (!found) return undefined
      if (await isIntact(found, () => file(found.digest, workspaceFile), signal)) return found
      await forget(found.digest)
      return undefined
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
          .onConflict(on => on.doNothing())
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

async function isIntact({ digest }: Artifact, open: () => Promise<string>, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await digestFile(await open(), { signal })) === digest
  } catch (error) {
    if (isErrno(error, 'ENOENT') || toAppError(error).code === 'object_missing') return false
    throw error
  }
}
