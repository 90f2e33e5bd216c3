// stored-artifacts: reads every artifact there is, a page at a time, and forgets one.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../db/tables.ts'

export type StoredArtifact = { readonly digest: string; readonly sizeBytes: number }

export async function* readArtifacts(kysely: Kysely<Tables>, pageSize: number): AsyncGenerator<StoredArtifact[]> {
  for (let after = ''; ; ) {
    const rows = await kysely
      .selectFrom('artifacts')
      .select(['digest', 'size_bytes as sizeBytes'])
      .where('digest', '>', after)
      .orderBy('digest')
      .limit(pageSize)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.digest
  }
}

/** As it was read, or not at all: the row goes now, and what lies there in a while. */
export async function forgetArtifact(kysely: Kysely<Tables>, { digest, sizeBytes }: StoredArtifact): Promise<void> {
  await sql`
    with gone as (delete from artifacts where digest = ${digest} and size_bytes = ${sizeBytes} returning digest)
    insert into condemned (digest) select digest from gone on conflict do nothing`.execute(kysely)
}
