// api: the doors of the house, each given what it needs of the App.
import { type Config, isLoopback } from './config.ts'
import { describeOperations } from './engine/operations/index.ts'
import { pipelinesDoor } from './features/pipelines/routes.ts'
import type { PipelineServices } from './features/pipelines/services.ts'
import { weaknessOf } from './process/level.ts'
import type { Statistics } from './runs/statistics.ts'
import { version } from './version.ts'
import type { Door } from './web/server.ts'

/** What the doors need of the App: little enough to be faked where they are only described. */
export type DoorServices = Pick<PipelineServices, 'runs' | 'webhooks' | 'access' | 'metrics'> & {
  readonly config: Config
  health(): Promise<{
    readonly database: string
    readonly ffmpeg: string
    readonly sandbox: string
    readonly queues: Readonly<Record<string, number>>
  }>
  statistics(): Promise<Statistics & { readonly users: number; readonly keys: number }>
}

/** Document 000, on a listener of its own. */
export function openPipelinesDoor(services: DoorServices): Door {
  const { config, runs, webhooks, access, metrics, health, statistics } = services
  const exposed = config.auth.pipelines === 'optional' && !isLoopback(config.host)
  return pipelinesDoor({
    runs,
    webhooks,
    access,
    metrics,
    operations: describeOperations(),
    auth: config.auth.pipelines,
    version,
    health: async () => {
      const found = await health()
      const open = exposed ? 'Whoever reaches this address may call without credentials' : undefined
      const warnings = [open, weaknessOf(found.sandbox)].filter(warning => warning !== undefined)
      return { status: 'ok', version, ...found, ...(warnings.length > 0 && { warnings }) }
    },
    stats: async () => toStats(await health(), await statistics()),
  })
}

type Answered<Question extends 'health' | 'statistics'> = Awaited<ReturnType<DoorServices[Question]>>

function toStats(health: Answered<'health'>, { runs, artifacts, users, keys }: Answered<'statistics'>) {
  const { count, sizeBytes: bytes } = artifacts
  const program = { version, uptime_seconds: Math.floor(process.uptime()) }
  return { ...program, ...health, jobs: runs, artifacts: { count, bytes }, users, api_keys: keys }
}
