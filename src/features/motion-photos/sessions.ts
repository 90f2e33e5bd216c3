// sessions: an uploaded clip for a while, whose it is, and everything that was made of it.
import type { Database } from '../../db/open.ts'
import { toAppError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { Micros } from '../../lib/time.ts'
import type { Runs, Viewer } from '../../runs/run.ts'
import { noSession } from './errors.ts'
import {
  deleteSession,
  endSession,
  findRun,
  insertArtifact,
  insertRun,
  insertSession,
  liveSessions,
  overdueSessions,
  releaseArtifact,
} from './store.ts'

export type Session = {
  readonly id: string
  readonly owner: string
  /** Artifacts, by their digests. */
  readonly source: string
  readonly preview: string
  readonly durationUs: Micros
}

export interface Sessions {
  /** A session that nobody finds before it is `ready`. The source may be published a moment later. */
  begin(owner: string, source: string): Promise<string>
  ready(id: string, made: Pick<Session, 'preview' | 'durationUs'>): Promise<void>
  /** Throws `session_not_found`, also when it is somebody else's. */
  find(id: string, viewer: Viewer): Promise<Session>
  /** For whoever has its unguessable id, which is all that a player has. */
  findByAnybody(id: string): Promise<Session>
  /**
   * A run goes on for its sake: it is cancelled with it, and may be followed under a name that the client chose. Throws
   * `session_not_found` when it is over.
   */
  addRun(id: string, runId: string, progressId?: string): Promise<void>
  /** The run that is followed under this name; undefined when there is none, or it is somebody else's. */
  findRun(progressId: string, viewer: Viewer): Promise<string | undefined>
  /** From now on these bytes stay for its sake, if they are there: whether they are. Throws `session_not_found`. */
  addArtifact(id: string, digest: string): Promise<boolean>
  /** Cancels what goes on for it and waits for that; its bytes go, unless somebody else needs the same. */
  close(id: string): Promise<void>
  /** Closes those that are over; answers how many. */
  sweep(): Promise<number>
}

type Means = { readonly db: Database; readonly runs: Pick<Runs, 'cancel'> }

const AT_ONCE = 100

export function openSessions(
  { db, runs }: Means,
  { hours, preparingMs }: { hours: number; preparingMs: number },
): Sessions {
  const find = async (id: string, owner?: string): Promise<Session> => {
    // Whatever is no id of ours need not be asked for.
    const live = /^\w{1,64}$/.test(id) ? liveSessions(db.kysely).where('id', '=', id) : undefined
    const row = await live?.$if(owner !== undefined, mine => mine.where('owner', '=', owner ?? '')).executeTakeFirst()
    if (!row || row.preview === null) throw noSession()
    return { id, owner: row.owner, source: row.source, preview: row.preview, durationUs: Number(row.duration_us) }
  }
  const close = async (id: string) => {
    for (const runId of await endSession(db, id)) await cancel(runs, runId)
    await deleteSession(db, id)
  }
  return {
    close,
    async begin(owner, source) {
      const id = newId('mp')
      await insertSession(db, { id, owner, source }, hours)
      return id
    },
    async ready(id, { preview, durationUs: duration_us }) {
      await db.kysely.updateTable('motion_sessions').set({ preview, duration_us }).where('id', '=', id).execute()
    },
    find: async (id, { owner, seesAll }) => await find(id, seesAll ? undefined : owner),
    findByAnybody: async id => await find(id),
    async addRun(id, runId, progressId) {
      if (!(await insertRun(db, id, runId, progressId))) throw noSession()
    },
    findRun: async (progressId, { owner, seesAll }) => await findRun(db, progressId, seesAll ? undefined : owner),
    async addArtifact(id, digest) {
      const isThere = await insertArtifact(db, id, digest)
      if (isThere !== undefined) return isThere
      await releaseArtifact(db, id, digest)
      throw noSession()
    },
    async sweep() {
      const overdue = await overdueSessions(db, preparingMs, AT_ONCE)
      for (const { id } of overdue) await close(id)
      return overdue.length
    },
  }
}

// Whoever ended just now has been cancelled well enough.
async function cancel(runs: Means['runs'], id: string): Promise<void> {
  await runs.cancel(id, { owner: '', seesAll: true }).catch(error => {
    if (!['run_terminal', 'run_not_found'].includes(toAppError(error).code)) throw error
  })
}
