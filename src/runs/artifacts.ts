// artifacts: immutable bytes in storage, named by their digest and found by the key of what they were made by.
import { createReadStream } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { isErrno } from '../lib/errors.ts'
import type { Storage } from '../storage/contract.ts'
import { digestFile } from '../storage/digest.ts'
import { assertMovable } from '../storage/files.ts'
import { type Arrival, announce, settle, withdraw } from './arrivals.ts'
import type { Cache } from './cache.ts'
import type { RunStream } from './run.ts'

export type Artifact = {
  /** sha256 of the bytes. */
  readonly digest: string
  readonly sizeBytes: number
  readonly facts: ArtifactFacts
  /** The run that published it under its key, where that is known. */
  readonly madeBy?: string
}

/** What is known of a file that is about to become one. */
export type NewArtifact = Pick<Artifact, 'digest' | 'facts'> & {
  /** A run: under this key it is kept for as long as that. */
  readonly keptFor?: string
}

/** What the gate measured. */
export type ArtifactFacts = {
  readonly durationS: number
  readonly streams: readonly RunStream[]
  /** What is missing in it because its sources lack it, in words. */
  readonly lacks?: readonly string[]
}

export interface Artifacts {
  /** The artifact with this key, if there are as many bytes as there were; one that is gone is forgotten. */
  find(key: string): Promise<Artifact | undefined>
  /** Whether there is an artifact with this key, going by the table alone. */
  isKnown(key: string): Promise<boolean>
  /**
   * Stores a file (which is gone afterwards) under a key, with its digest and what it is. The first to publish wins;
   * whoever comes later gets its artifact.
   */
  publish(key: string, file: string, made: NewArtifact, madeBy?: string): Promise<Artifact>
  /**
   * The bytes as a local file, where they lie or fetched to `workspaceFile`; undefined when they are gone, and the
   * artifact is forgotten. They may have been damaged since: whoever copies them holds the copy against `digest`.
   */
  locate(digest: string, workspaceFile: string, signal?: AbortSignal): Promise<string | undefined>
  /** The same, read once more: undefined also when they are not what they were. */
  open(digest: string, workspaceFile: string, signal?: AbortSignal): Promise<string | undefined>
  /** From now on there is no artifact with these bytes. */
  forget(digest: string): Promise<void>
}

/** Where objects are not files of this machine, `cache` keeps those that were written and read here. */
export function openArtifacts(db: Database, storage: Storage, cache: Cache): Artifacts {
  const forget = async (digest: string) => {
    // The bytes stay for a while: somebody who made the same again may be putting good ones in their place just now.
    await sql`
      with gone as (delete from artifacts where digest = ${digest} returning digest)
      insert into condemned (digest) select digest from gone on conflict do nothing`.execute(db.kysely)
  }
  const isThere = async (digest: string, isRight: (sizeBytes: number) => boolean) => {
    const found = await storage.stat(objectKey(digest))
    const there = found !== undefined && isRight(found.sizeBytes)
    await (there ? touch(db.kysely, digest) : forget(digest))
    return there
  }
  const locate = async (digest: string, workspaceFile: string, signal?: AbortSignal) => {
    if (!(await isThere(digest, () => true))) return undefined
    const local = storage.localPath(objectKey(digest))
    if (local !== undefined || (await cache.take(digest, workspaceFile, signal))) return local ?? workspaceFile
    await storage.fetchTo(objectKey(digest), workspaceFile)
    if ((await digestFile(workspaceFile, { signal })) === digest) await cache.keep(digest, workspaceFile)
    return workspaceFile
  }
  const open = async (digest: string, workspaceFile: string, signal?: AbortSignal) => {
    const file = await locate(digest, workspaceFile, signal)
    const found = file && (await digestFile(file, { signal }).catch(nothingOfDamaged))
    if (found === digest) return file
    await forget(digest)
    return undefined
  }
  const store = async (digest: string, path: string) => {
    if (storage.localPath(objectKey(digest)) !== undefined) return await storage.putFile(objectKey(digest), path)
    await assertMovable(path)
    await storage.put(objectKey(digest), createReadStream(path))
    await cache.keep(digest, path)
  }
  return {
    locate,
    open,
    forget,
    async isKnown(key) {
      return (await findRow(db.kysely, key)) !== undefined
    },
    async find(key) {
      const found = await findRow(db.kysely, key)
      return found && (await isThere(found.digest, sizeBytes => sizeBytes === found.sizeBytes)) ? found : undefined
    },
    async publish(key, path, { digest, facts, keptFor }, madeBy) {
      const arrival = await announce(db, digest)
      try {
        await store(digest, path)
        const sizeBytes = (await storage.stat(objectKey(digest)))?.sizeBytes ?? 0
        const artifact = { digest, sizeBytes, facts, ...(madeBy !== undefined && { madeBy }) }
        return await nameBytes(db, arrival, { key, keptFor }, artifact)
      } catch (error) {
        // What cannot be said now is found out when nobody has heard of these bytes for a day.
        await withdraw(db, arrival).catch(() => undefined)
        throw error
      }
    },
  }
}

async function nameBytes(
  db: Database,
  arrival: Arrival,
  { key, keptFor }: { readonly key: string; readonly keptFor: string | undefined },
  artifact: Artifact,
): Promise<Artifact> {
  const { digest, sizeBytes, facts, madeBy = null } = artifact
  return await db.transaction(async trx => {
    await trx
      .insertInto('artifacts')
      .values({ digest, size_bytes: sizeBytes, facts: JSON.stringify(facts) })
      // Holds the row, too: whoever wants to forget it waits until the key is there.
      .onConflict(on => on.column('digest').doUpdateSet({ size_bytes: sizeBytes, used_at: sql<Date>`now()` }))
      .execute()
    await settle(trx, arrival)
    await trx
      .insertInto('artifact_keys')
      .values({ key, digest, made_by: madeBy, kept_for: keptFor ?? null })
      .onConflict(on => on.doNothing())
      .execute()
    return (await findRow(trx, key)) ?? artifact
  })
}

// Whoever tidies up asks for days, not for seconds.
async function touch(kysely: Kysely<Tables>, digest: string): Promise<void> {
  await sql`
    update artifacts set used_at = now() where digest = ${digest} and used_at < now() - interval '1 hour'`.execute(
    kysely,
  )
}

/** Two levels of folders: file systems slow down when a folder has hundreds of thousands of entries. */
export function objectKey(digest: string): string {
  return `artifacts/${digest.slice(0, 2)}/${digest}`
}

async function findRow(kysely: Kysely<Tables>, key: string): Promise<Artifact | undefined> {
  const row = await kysely
    .selectFrom('artifact_keys')
    .innerJoin('artifacts', 'artifacts.digest', 'artifact_keys.digest')
    .select(['artifacts.digest', 'artifacts.size_bytes', 'artifacts.facts', 'artifact_keys.made_by as madeBy'])
    .where('artifact_keys.key', '=', key)
    .executeTakeFirst()
  if (!row) return undefined
  const { digest, size_bytes: sizeBytes, facts, madeBy } = row
  return { digest, sizeBytes, facts: facts as ArtifactFacts, ...(madeBy !== null && { madeBy }) }
}

// EIO is what a disk says of a sector that it cannot read any more.
function nothingOfDamaged(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT') && !isErrno(error, 'EIO')) throw error
}
