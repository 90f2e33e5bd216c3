// store: the pictures that completed runs show, under names of their own, and their end.
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/open.ts'
import type { Tables } from '../../db/tables.ts'
import { digestOf } from '../../lib/canonical-json.ts'
import type { ImageFormat } from '../../providers/image/contract.ts'
import { lockBytes } from '../../runs/arrivals.ts'
import type { PictureNotes } from './provenance/notes.ts'

export type NewMedia = {
  readonly runId: string
  /** As the run calls it: `picture-1`. */
  readonly output: string
  readonly digest: string
  readonly sizeBytes: number
  readonly format: ImageFormat
  readonly widthPx: number
  readonly heightPx: number
  /** How it was made, as the picture itself says. */
  readonly notes: PictureNotes
}

export type Media = NewMedia & { readonly id: string; readonly owner: string; readonly createdAt: Date }

/**
 * A UUID (RFC 9562, version 5) that only whoever knows the run's can work out; however often the picture is made, the
 * same. Throws a TypeError for a run whose id is none.
 */
export function mediaId(runId: string, output: string): string {
  if (!/^[0-9a-f-]{36}$/.test(runId)) throw new TypeError(`${runId} is not a UUID`)
  const bytes = createHash('sha1').update(runId.replaceAll('-', ''), 'hex').update(output).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Under which a picture is published: the first to publish it wins, in whatever attempt. */
export function mediaKey(runId: string, output: string): string {
  return digestOf({ kind: 'image', runId, output })
}

/** Nobody finds them before their run has completed. */
export async function keepMedia({ kysely }: Database, pictures: readonly NewMedia[]): Promise<void> {
  const rows = pictures.map(({ runId, output, digest, sizeBytes, format, widthPx, heightPx, notes }) => ({
    ...{ id: mediaId(runId, output), run_id: runId, output, digest, format },
    ...{ size_bytes: sizeBytes, width_px: widthPx, height_px: heightPx, notes: JSON.stringify(notes) },
  }))
  const excluded = (column: string) => sql.raw<never>(`excluded.${column}`)
  const names = ['digest', 'size_bytes', 'format', 'width_px', 'height_px', 'notes'] as const
  await kysely
    .insertInto('image_media')
    .values(rows)
    .onConflict(on => on.column('id').doUpdateSet(Object.fromEntries(names.map(name => [name, excluded(name)]))))
    .execute()
}

/** Undefined also for what has been deleted, and for what a run has made that has not completed. */
export async function findMedia(kysely: Kysely<Tables>, id: string): Promise<Media | undefined> {
  const row = await shown(kysely).where('image_media.id', '=', id).executeTakeFirst()
  return row && mediaOfRow(row)
}

/** What these runs show, each run's in order. */
export async function mediaOf(kysely: Kysely<Tables>, runIds: readonly string[]): Promise<Media[]> {
  if (runIds.length === 0) return []
  const rows = await shown(kysely)
    .where('run_id', 'in', runIds)
    .orderBy('run_id')
    .orderBy(({ fn }) => fn('length', ['output']))
    .orderBy('output')
    .execute()
  return rows.map(mediaOfRow)
}

/** The ids of pictures that are found, and whose bytes have been lost. */
export async function mediaWithoutBytes(kysely: Kysely<Tables>): Promise<string[]> {
  const rows = await shown(kysely)
    .leftJoin('artifacts', 'artifacts.digest', 'image_media.digest')
    .where('artifacts.digest', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** From now on nobody finds it; its bytes go unless somebody else names the same. False when nobody could find it anyway. */
export async function deleteMedia(db: Database, id: string): Promise<boolean> {
  return await db.transaction(async trx => {
    const found = await shown(trx).where('image_media.id', '=', id).executeTakeFirst()
    if (!found) return false
    await lockBytes(trx, found.digest)
    const deleted = await trx
      .updateTable('image_media')
      .set({ deleted_at: sql<Date>`now()` })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (deleted.numUpdatedRows === 0n) return false
    await releaseBytes(trx, found.digest, mediaKey(found.run_id, found.output))
    return true
  })
}

// Whoever made the same bytes, or was sent them, has a key of their own.
async function releaseBytes(trx: Kysely<Tables>, digest: string, key: string): Promise<void> {
  await trx.deleteFrom('artifact_keys').where('key', '=', key).execute()
  await sql`
    with gone as (
      delete from artifacts where digest = ${digest}
        and not exists (select from artifact_keys where digest = ${digest})
      returning digest)
    insert into condemned (digest) select digest from gone on conflict do nothing`.execute(trx)
}

function shown(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('image_media')
    .innerJoin('runs', 'runs.id', 'image_media.run_id')
    .selectAll('image_media')
    .select('runs.owner')
    .where('runs.status', '=', 'completed')
    .where('deleted_at', 'is', null)
}

type Row = Awaited<ReturnType<ReturnType<typeof shown>['execute']>>[number]

function mediaOfRow(row: Row): Media {
  const { id, owner, output, digest, run_id: runId, size_bytes: sizeBytes, width_px: widthPx } = row
  const { height_px: heightPx, created_at: createdAt } = row
  const format = row.format as ImageFormat
  const notes = row.notes as PictureNotes
  return { id, owner, runId, output, digest, sizeBytes, format, widthPx, heightPx, notes, createdAt }
}
