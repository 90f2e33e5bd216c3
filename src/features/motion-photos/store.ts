// store: sessions in the database, what is there for their sake, and forgetting it when nobody else needs it.
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'
import { lockBytes } from '../../runs/arrivals.ts'

export type NewSession = { readonly id: string; readonly owner: string; readonly source: string }

/** The key of an upload: equal bytes are kept once. */
export function uploadKey(digest: string): string {
  return createHash('sha256').update(`motion-photos upload ${digest}`).digest('hex')
}

/** Say it before the bytes are published, so that nobody who cleans up takes them for useless. */
export async function insertSession(db: Database, { id, owner, source }: NewSession, hours: number): Promise<void> {
  await db.transaction(async trx => {
    await lockBytes(trx, source)
    const expires_at = sql<Date>`now() + ${hours}::float8 * interval '1 hour'`
    await trx.insertInto('motion_sessions').values({ id, owner, source, expires_at }).execute()
    await trx.insertInto('motion_artifacts').values({ session_id: id, digest: source }).execute()
  })
}

/** Sessions that are neither over nor still being prepared. */
export function liveSessions(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('motion_sessions')
    .selectAll()
    .where('expires_at', '>', sql<Date>`now()`)
    .where('preview', 'is not', null)
}

/** Whether its bytes are there; undefined when the session is over by now. */
export async function insertArtifact(db: Database, sessionId: string, digest: string): Promise<boolean | undefined> {
  return await db.transaction(async trx => {
    await lockBytes(trx, digest)
    const { rows } = await sql<{ there: boolean }>`
      with alive as (select id from motion_sessions where id = ${sessionId} and expires_at > now() for key share),
      added as (insert into motion_artifacts (session_id, digest) select id, ${digest}::text from alive on conflict do nothing)
      select exists (select from artifacts where digest = ${digest}) as there from alive`.execute(trx)
    return rows[0]?.there
  })
}

/** False when the session is over by now. `progressId`: under which it is followed from now on. */
export async function insertRun(
  { kysely }: Database,
  sessionId: string,
  runId: string,
  progressId: string | undefined,
): Promise<boolean> {
  const { rows } = await sql`
    with alive as (select id from motion_sessions where id = ${sessionId} and expires_at > now() for key share),
    added as (
      insert into motion_runs (session_id, run_id, progress_id)
      select id, ${runId}::text, ${progressId ?? null}::text from alive
      on conflict (session_id, run_id) do update set progress_id = excluded.progress_id)
    select from alive`.execute(kysely)
  return rows.length > 0
}

/** The run that is followed under this name; of several the newest. Whose it is matters unless `owner` is left out. */
export async function findRun({ kysely }: Database, progressId: string, owner?: string): Promise<string | undefined> {
  const found = await kysely
    .selectFrom('motion_runs')
    .innerJoin('runs', 'runs.id', 'motion_runs.run_id')
    .select('run_id')
    .where('progress_id', '=', progressId)
    .$if(owner !== undefined, mine => mine.where('runs.owner', '=', owner ?? ''))
    .orderBy('runs.created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found?.run_id
}

/** From now on nobody finds it. Answers the runs that may still be going on for it. */
export async function endSession({ kysely }: Database, id: string): Promise<string[]> {
  await kysely
    .updateTable('motion_sessions')
    .set({ expires_at: sql<Date>`least(expires_at, now())` })
    .where('id', '=', id)
    .execute()
  const { rows } = await sql<{ run_id: string }>`
    select run_id from motion_runs join runs on runs.id = run_id
    where session_id = ${id} and completed_at is null`.execute(kysely)
  return rows.map(({ run_id }) => run_id)
}

/** Forgets what was there for the sake of an ended session, and the session with the last of it. */
export async function deleteSession(db: Database, id: string): Promise<void> {
  const kept = await db.kysely.selectFrom('motion_artifacts').select('digest').where('session_id', '=', id).execute()
  for (const { digest } of kept) await releaseArtifact(db, id, digest)
  // What somebody was just about to add is found by whoever sweeps up.
  await sql`
    delete from motion_sessions where id = ${id} and not exists (
      select from motion_artifacts where session_id = ${id})`.execute(db.kysely)
}

/** No session of this id needs these bytes any more; where nobody does, they go. */
export async function releaseArtifact(db: Database, sessionId: string, digest: string): Promise<void> {
  await db.transaction(async trx => {
    await lockBytes(trx, digest)
    await sql`delete from motion_artifacts where session_id = ${sessionId} and digest = ${digest}`.execute(trx)
    // Whatever else names these bytes, an output of a job for one, keeps them.
    await sql`
      with gone as (
        delete from artifacts where digest = ${digest}
          and not exists (select from motion_artifacts where digest = ${digest})
          and not exists (
            select from artifact_keys left join runs on runs.id = made_by
            where digest = ${digest} and key <> ${uploadKey(digest)} and door is distinct from 'motion-photos')
        returning digest)
      insert into condemned (digest) select digest from gone on conflict do nothing`.execute(trx)
  })
}

/** Some sessions that are over, or whose preparing has come to nothing because the process died. */
export async function overdueSessions({ kysely }: Database, preparingMs: number, limit: number) {
  const { rows } = await sql<{ id: string; owner: string }>`
    select id, owner from motion_sessions where expires_at <= now()
      or (preview is null and created_at <= now() - ${2 * preparingMs}::float8 * interval '1 millisecond')
    order by expires_at limit ${limit}`.execute(kysely)
  return rows
}
