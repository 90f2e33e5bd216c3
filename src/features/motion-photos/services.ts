// services: what the motion-photos door needs from the rest of the house.
import type { Identify } from '../../access/open.ts'
import type { Artifacts } from '../../runs/artifacts.ts'
import type { Runs } from '../../runs/run.ts'
import type { InspectServices } from './inspect-routes.ts'
import type { Sessions } from './sessions.ts'

export type MotionServices = InspectServices & {
  readonly runs: Runs
  readonly artifacts: Artifacts
  readonly sessions: Sessions
  readonly identify: Identify
  /** How long each answer may take. */
  readonly patienceMs: Readonly<Record<'prepare' | 'convert' | 'thumbnail' | 'cleanup', number>>
  /** Requests a minute, for an address and for a caller who is known; 0 is no limit. */
  readonly limits: { readonly address: number; readonly token: number }
  /** How many are made at once, by one worker. */
  readonly concurrency: number
  /** Of the program, for the description of the door. */
  readonly version: string
  /** Throws where something is down that the work needs. */
  health(): Promise<{ readonly sandbox: string }>
}
