// contract: what a kind of location promises: where sources are found, and where results may go.
import type { Copied } from '../../storage/publish.ts'

/** One file a scheme, one line each where they are listed; doors may bring schemes of their own. */
export interface LocationScheme {
  /** What may stand before the colon: `http` and `https`, `s3`. A bare name is of the scheme `file`. */
  readonly names: readonly string[]
  /** Checks a source's spelling, and answers the one that stands for all others. Throws `location_refused`. */
  checkSource(location: string): string
  /** What lies there now, as this owner may see it. Throws `source_missing`, `location_refused`, `unavailable`. */
  locate(location: string, owner: string, signal?: AbortSignal): Promise<Located>
  /** Absent where nothing can be written. */
  readonly destinations?: Destinations
}

export interface Destinations {
  /** Checks a destination's spelling, and answers the one that stands for all others. Throws `location_refused`. */
  check(location: string): string
  /**
   * Copies `file` there. What was there stays until the copy is whole and `approve` has not thrown, and is then
   * replaced in one step. Throws `location_refused`, `unavailable`.
   */
  publish(file: string, location: string, owner: string, approve: Approve, signal: AbortSignal): Promise<Copied>
}

/** Throws when a copy that is ready must not take its place after all. */
export type Approve = (copied: Copied) => Promise<void>

export type Located = FileThere | ElsewhereThere | ArtifactThere

/** A file of this machine, which is read where it lies. */
export type FileThere = {
  readonly kind: 'file'
  readonly path: string
  readonly sizeBytes: number
  /** Changes when anybody touches the file. */
  readonly fingerprint: string
  /** Whether nobody has touched it since; false also when it is gone. */
  isSame(): Promise<boolean>
}

/** Bytes on another machine, which are fetched. */
export type ElsewhereThere = {
  readonly kind: 'elsewhere'
  /** Absent where nobody says how many there are. */
  readonly sizeBytes?: number
  /** Changes with the bytes; absent where nothing tells whether they have changed, and so they are always fetched. */
  readonly fingerprint?: string
  /** Writes them to a new file. Throws `source_changed` when they are not what was located. */
  download(file: string, options: { signal?: AbortSignal; onProgress?: (fraction: number) => void }): Promise<void>
}

/** What a run has made. */
export type ArtifactThere = { readonly kind: 'artifact'; readonly digest: string; readonly sizeBytes: number }
