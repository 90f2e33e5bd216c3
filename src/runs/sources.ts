// sources: the bytes that runs read, wherever they lie: their digests, what probing said, and a file to read them from.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { Capabilities } from '../engine/capabilities.ts'
import type { Probe } from '../engine/probe.ts'
import { probe } from '../ffmpeg/probe.ts'
import { AppError } from '../lib/errors.ts'
import type { Processes } from '../process/open.ts'
import { digestFile } from '../storage/digest.ts'
import { quote } from '../storage/locations.ts'
import type { Artifacts } from './artifacts.ts'
import type { Cache } from './cache.ts'
import type { ElsewhereThere, FileThere, Located } from './locations/contract.ts'
import type { Locations } from './locations/index.ts'
import { openSourceMemory } from './source-memory.ts'

export interface Sources {
  /** What lies there now. Throws `source_missing`, `location_refused`, `unavailable`. */
  locate(location: string, owner: string, signal?: AbortSignal): Promise<Located>
  /**
   * sha256 of a source. A file stays where it is, and is read once for as long as nobody touches it; what lies elsewhere
   * is fetched by way of `workspaceFile`, unless its digest is remembered.
   */
  digest(source: Located, workspaceFile: string, following: Following): Promise<string>
  /** The digest if it is remembered; nothing is read. */
  knownDigest(source: Located): Promise<string | undefined>
  /** The source as a file with just these bytes. Throws `source_changed`, and what `locate` throws. */
  open(wanted: Wanted, workspaceFile: string, signal: AbortSignal): Promise<LocalSource>
  /** What these bytes are, as media; remembered from then on. */
  probe(source: LocalSource, digest: string, signal?: AbortSignal): Promise<Probe>
  /** What probing these bytes said, if it is remembered. */
  knownProbe(digest: string): Promise<Probe | undefined>
}

export type Following = { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void }

export type Wanted = { readonly source: string; readonly owner: string; readonly digest: string }

export type LocalSource = {
  readonly path: string
  /** Whether nobody has touched it since it was opened. */
  isSame(): Promise<boolean>
}

type Means = {
  readonly kysely: Kysely<Tables>
  readonly locations: Locations
  readonly artifacts: Artifacts
  readonly cache: Cache
  readonly processes: Processes
  readonly capabilities: Capabilities
}

// Grows when probing the same bytes would say something else.
const PROBE_VERSION = 10

export function openSources({ kysely, locations, artifacts, cache, processes, capabilities }: Means): Sources {
  const remembered = openSourceMemory(kysely, { probe: PROBE_VERSION, ffmpeg: capabilities.version })

  async function digestFileThere(source: FileThere, { signal }: Following): Promise<string> {
    const digest = await digestFile(source.path, { signal })
    // A file that changed while it was read has no digest worth remembering.
    if (await source.isSame()) await remembered.keepDigest(source.fingerprint, digest)
    return digest
  }

  async function fetchElsewhere(source: ElsewhereThere, file: string, following: Following): Promise<string> {
    await source.download(file, following)
    const digest = await digestFile(file, { signal: following.signal })
    await cache.keep(digest, file)
    if (source.fingerprint !== undefined) await remembered.keepDigest(source.fingerprint, digest)
    return digest
  }

  async function openArtifact(wanted: Wanted, file: string, signal: AbortSignal): Promise<LocalSource> {
    const path = await artifacts.open(wanted.digest, file, signal)
    if (path === undefined)
      throw new AppError('source_missing', `What was at ${quote(wanted.source)} is no longer kept`)
    return { path, isSame: async () => true }
  }

  const knownDigest = async (source: Located) => {
    if (source.kind === 'artifact') return source.digest
    return source.fingerprint === undefined ? undefined : await remembered.digest(source.fingerprint)
  }

  const digest = async (source: Located, file: string, following: Following) => {
    const known = await knownDigest(source)
    if (known !== undefined || source.kind === 'artifact') return known ?? ''
    return source.kind === 'file' ? digestFileThere(source, following) : fetchElsewhere(source, file, following)
  }
  return {
    locate: locations.locate,
    knownDigest,
    digest,
    knownProbe: remembered.probe,
    async open(wanted, file, signal) {
      // Bytes that were fetched are what was fetched, whatever has become of the place they came from.
      if (await cache.take(wanted.digest, file, signal)) return { path: file, isSame: async () => true }
      const located = await locations.locate(wanted.source, wanted.owner, signal)
      if (located.kind === 'artifact') return await openArtifact(wanted, file, signal)
      const found =
        located.kind === 'file'
          ? await digest(located, file, { signal })
          : await fetchElsewhere(located, file, { signal })
      if (found !== wanted.digest) throw changed(wanted.source)
      return located.kind === 'file' ? located : { path: file, isSame: async () => true }
    },
    async probe(source, digest, signal) {
      const found = await probe(processes, source.path, { signal })
      await remembered.keepProbe(digest, found)
      return found
    },
  }
}

function changed(source: string): AppError {
  return new AppError('source_changed', `${quote(source)} was changed while it was being worked on: send the job again`)
}
