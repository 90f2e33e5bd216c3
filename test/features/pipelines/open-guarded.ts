// open-guarded: the pipelines door over fake runs, with real users, keys and tokens behind it, in an embedded database.
import { rm } from 'node:fs/promises'
import { after } from 'node:test'
import { type Access, openAccess } from '../../../src/access/open.ts'
import { openDatabase } from '../../../src/db/open.ts'
import type { PipelineServices } from '../../../src/features/pipelines/services.ts'
import type { Api } from '../../../src/web/server.ts'
import { SECRET } from '../../access/forged.ts'
import { placeEmbedded } from '../../fixtures/embedded.ts'
import { fakeRuns } from './fake-runs.ts'
import { openDoor } from './open-door.ts'

export type Guarded = {
  readonly access: Access
  readonly runs: ReturnType<typeof fakeRuns>
  open(given?: Partial<PipelineServices>): Promise<Api>
  /** Headers of a call with a new token. */
  bearer(userId: string, role?: 'user' | 'admin'): Promise<{ authorization: string }>
  /** Headers of a call with a new key. */
  key(userId: string, role?: 'user' | 'admin'): Promise<{ 'x-api-key': string }>
}

/** Call once in a test file; everything is closed and removed after its tests. */
export async function openGuarded(): Promise<Guarded> {
  const { directory } = await placeEmbedded()
  const db = await openDatabase({ directory })
  after(async () => {
    await db.close()
    await rm(directory, { recursive: true })
  })
  const access = await openAccess(db, { directory, given: SECRET, tokenHours: 1 })
  const runs = fakeRuns()
  return {
    access,
    runs,
    open: given => openDoor(runs, { access, ...given }),
    async bearer(userId, role = 'user') {
      return { authorization: `Bearer ${await access.tokens.generate({ userId, role })}` }
    },
    async key(userId, role = 'user') {
      return { 'x-api-key': (await access.keys.generate({ userId, name: 'a key', role })).secret }
    },
  }
}
