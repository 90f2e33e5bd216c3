// sources: what is known of the files that runs read: their digests and what probing said, remembered across runs.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { Capabilities } from '../engine/capabilities.ts'
import type { Probe } from '../engine/probe.ts'
import { probe } from '../ffmpeg/probe.ts'
import { digestOf } from '../lib/canonical-json.ts'
import type { Processes } from '../process/open.ts'
import { digestFile } from '../storage/digest.ts'
import type { Mounts, Source } from '../storage/mounts.ts'

export interface Sources {
  locate(location: string): Promise<Source>
  /** sha256 of a source that stays where it is; read once for as long as nobody touches the file. */
  digest(source: Source, signal?: AbortSignal): Promise<string>
  /** The digest if it is remembered; nothing is read. */
  knownDigest(source: Source): Promise<string | undefined>
  probe(source: Source, digest: string, signal?: AbortSignal): Promise<Probe>
  /** What probing these bytes said, if it is remembered. */
  knownProbe(digest: string): Promise<Probe | undefined>
  /** Whether nobody has touched the file since it was located. */
  same(source: Source): Promise<boolean>
}

type Means = {
  readonly kysely: Kysely<Tables>
  readonly mounts: Mounts
  readonly processes: Processes
  readonly capabilities: Capabilities
}

// Grows when probing the same bytes would say something else.
const PROBE_VERSION = 2

export function openSources({ kysely, mounts, processes, capabilities }: Means): Sources {
  const probeKey = (digest: string) => digestOf({ probe: PROBE_VERSION, ffmpeg: capabilities.version, digest })
  const knownProbe = async (digest: string) => {
    const row = await kysely.selectFrom('probes').select('probe').where('key', '=', probeKey(digest)).executeTakeFirst()
    return row?.probe as Probe | undefined
  }
  const knownDigest = async ({ fingerprint }: Source) => {
    const row = await kysely
      .selectFrom('file_digests')
      .select('digest')
      .where('fingerprint', '=', fingerprint)
      .executeTakeFirst()
    return row?.digest
  }
  return {
    knownProbe,
    knownDigest,
    locate: mounts.source,
    same: mounts.same,
    async digest(source, signal) {
      const known = await knownDigest(source)
      if (known) return known
      const digest = await digestFile(source.path, { signal })
      // A file that changed while it was read has no digest worth remembering.
      if (await mounts.same(source))
        await kysely
          .insertInto('file_digests')
          .values({ fingerprint: source.fingerprint, digest })
          .onConflict(on => on.doNothing())
          .execute()
      return digest
    },
    async probe(source, digest, signal) {
      const known = await knownProbe(digest)
      if (known) return known
      const found = await probe(processes, source.path, { signal })
      await kysely
        .insertInto('probes')
        .values({ key: probeKey(digest), probe: JSON.stringify(found) })
        .onConflict(on => on.doNothing())
        .execute()
      return found
    },
  }
}
