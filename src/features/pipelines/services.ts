// services: what the pipelines door needs from the rest of the house.
import type { z } from 'zod'
import type { OperationDescription } from '../../engine/operations/index.ts'
import type { Runs } from '../../runs/run.ts'
import type { AuthMode } from '../../web/authenticate.ts'
import type * as schemas from './schemas.ts'

export type PipelineServices = {
  readonly runs: Runs
  readonly operations: readonly OperationDescription[]
  readonly auth: AuthMode
  /** Of the program, for the description of the door. */
  readonly version: string
  health(): Promise<z.infer<typeof schemas.health>>
}
