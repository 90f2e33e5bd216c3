// source-memory: what was once learnt of sources, for as long as they have not changed: digests, and what probing said.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { Probe } from '../engine/probe.ts'
import { digestOf } from '../lib/canonical-json.ts'

export interface SourceMemory {
  digest(fingerprint: string): Promise<string | undefined>
  keepDigest(fingerprint: string, digest: string): Promise<void>
  probe(digest: string): Promise<Probe | undefined>
  keepProbe(digest: string, probe: Probe): Promise<void>
}

/** `prober` names what probes: another one might say something else of the same bytes. */
export function openSourceMemory(kysely: Kysely<Tables>, prober: object): SourceMemory {
  const probeKey = (digest: string) => digestOf({ ...prober, digest })
  // What nobody asks for is forgotten after months: a day more or less is nothing worth writing down.
  const touch = async (table: 'file_digests' | 'probes', column: string, value: string) => {
    await sql`
      update ${sql.table(table)} set seen_at = now()
      where ${sql.ref(column)} = ${value} and seen_at < now() - interval '1 day'`.execute(kysely)
  }
  return {
    async digest(fingerprint) {
      const row = await kysely
        .selectFrom('file_digests')
        .select('digest')
        .where('fingerprint', '=', fingerprint)
        .executeTakeFirst()
      if (row) await touch('file_digests', 'fingerprint', fingerprint)
      return row?.digest
    },
    async keepDigest(fingerprint, digest) {
      await kysely
        .insertInto('file_digests')
        .values({ fingerprint, digest })
        .onConflict(on => on.doNothing())
        .execute()
    },
    async probe(digest) {
      const row = await kysely
        .selectFrom('probes')
        .select('probe')
        .where('key', '=', probeKey(digest))
        .executeTakeFirst()
      if (row) await touch('probes', 'key', probeKey(digest))
      return row?.probe as Probe | undefined
    },
    async keepProbe(digest, probe) {
      await kysely
        .insertInto('probes')
        .values({ key: probeKey(digest), probe: JSON.stringify(probe) })
        .onConflict(on => on.doNothing())
        .execute()
    },
  }
}
