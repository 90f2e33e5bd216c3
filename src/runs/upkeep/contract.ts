// contract: what a check of the house promises: it finds what is wrong, says where, and can put it right where that is safe.
import type { Database } from '../../db/open.ts'
import type { Storage } from '../../storage/contract.ts'

/** One file a check, one line each in index.ts. Finding changes nothing, and troubles nobody who is at work. */
export interface Check {
  readonly name: string
  /** `routine`: also done by schedule, and mended. `asked`: by fsck only. `deep`: reads every byte, by `--deep` only. */
  readonly when: 'routine' | 'asked' | 'deep'
  /** `folders`: looks at this machine, so every machine has to; everything else is looked at once for all. */
  readonly looksAt?: 'folders'
  find(means: UpkeepMeans): AsyncIterable<Trouble>
}

export type Trouble = {
  /** An id, a key or a name inside a mount; never a path of the machine. */
  readonly where: string
  readonly what: string
  /** Worth knowing, but not wrong. */
  readonly harmless?: true
  /** Puts it right, beside running work; answers whether it is. Absent where only a person can. */
  mend?(): Promise<boolean>
}

export type UpkeepMeans = {
  readonly db: Database
  readonly storage: Storage
  /** Folders of this machine; absent where nobody on this machine uses any. */
  readonly folders?: Folders
  readonly patience: Patience
}

export type Folders = {
  readonly scratch: string
  readonly cache: string
  /** By the name that callers know. */
  readonly mounts: Readonly<Record<string, string>>
}

/** How long things may lie about before they are in the way. */
export type Patience = {
  /** What nobody names any more: somebody may still be reading it. */
  readonly graceSeconds: number
  /** What is being written: nobody writes for longer. */
  readonly arrivalSeconds: number
  /** What was learnt of sources and not asked for since. */
  readonly memoryDays: number
}

export const PATIENCE: Patience = { graceSeconds: 3600, arrivalSeconds: 86_400, memoryDays: 90 }
