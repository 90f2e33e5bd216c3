// artifact-objects: every artifact has its bytes in storage, and as many as it says.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../../db/tables.ts'
import { objectKey } from '../../artifacts.ts'
import type { Check, Trouble, UpkeepMeans } from '../contract.ts'
import { forgetArtifact, readArtifacts, type StoredArtifact } from '../stored-artifacts.ts'

export const artifactObjects: Check = {
  name: 'artifact-objects',
  when: 'asked',
  async *find(means) {
    for await (const page of readArtifacts(means.db.kysely, AT_ONCE)) {
      const troubles = await Promise.all(page.map(artifact => examine(means, artifact)))
      for (const trouble of troubles) if (trouble) yield trouble
    }
  },
}

// Requests to an object store, all at once.
const AT_ONCE = 16

async function examine(means: UpkeepMeans, artifact: StoredArtifact): Promise<Trouble | undefined> {
  const what = await faultOf(means, artifact)
  // It may have been forgotten, and its bytes taken away, since it was read.
  if (what === undefined || !(await isStillThere(means.db.kysely, artifact))) return undefined
  return {
    where: objectKey(artifact.digest),
    what,
    async mend() {
      if ((await faultOf(means, artifact)) !== undefined) await forgetArtifact(means.db.kysely, artifact)
      return true
    },
  }
}

async function faultOf({ storage }: UpkeepMeans, { digest, sizeBytes }: StoredArtifact): Promise<string | undefined> {
  const stored = await storage.stat(objectKey(digest))
  if (!stored) return 'an artifact has lost its bytes'
  return stored.sizeBytes === sizeBytes ? undefined : `has ${stored.sizeBytes} bytes, and should have ${sizeBytes}`
}

async function isStillThere(kysely: Kysely<Tables>, { digest, sizeBytes }: StoredArtifact): Promise<boolean> {
  const { rows } = await sql`
    select from artifacts where digest = ${digest} and size_bytes = ${sizeBytes}`.execute(kysely)
  return rows.length > 0
}
