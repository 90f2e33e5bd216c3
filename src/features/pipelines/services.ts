// services: what the pipelines door needs from the rest of the house.
import type { z } from 'zod'
import type { Access } from '../../access/open.ts'
import type { OperationDescription } from '../../engine/operations/index.ts'
import type { Runs } from '../../runs/run.ts'
import type { Webhooks } from '../../runs/webhooks/delivery.ts'
import type { AuthMode } from '../../web/authenticate.ts'
import type { Metrics } from '../../web/metrics.ts'
import type * as accessSchemas from './access-schemas.ts'
import type * as schemas from './schemas.ts'

export type PipelineServices = {
  readonly runs: Runs
  readonly webhooks: Webhooks
  readonly operations: readonly OperationDescription[]
  readonly auth: AuthMode
  readonly access: Access
  readonly metrics: Metrics
  /** Of the program, for the description of the door. */
  readonly version: string
  health(): Promise<z.infer<typeof schemas.health>>
  stats(): Promise<z.infer<typeof accessSchemas.stats>>
}
