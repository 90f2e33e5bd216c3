// api: the doors of the house, each given what it needs of the App.
import { type Config, isLoopback } from './config.ts'
import { describeOperations } from './engine/operations/index.ts'
import { pipelinesDoor } from './features/pipelines/routes.ts'
import type { PipelineServices } from './features/pipelines/services.ts'
import { version } from './version.ts'
import type { Door } from './web/server.ts'

/** What the doors need of the App: little enough to be faked where they are only described. */
export type DoorServices = Pick<PipelineServices, 'runs'> & {
  readonly config: Config
  health(): Promise<{
    readonly database: string
    readonly ffmpeg: string
    readonly sandbox: string
    readonly queues: Readonly<Record<string, number>>
  }>
}

/** Document 000, on a listener of its own. */
export function openPipelinesDoor({ config, runs, health }: DoorServices): Door {
  const exposed = config.auth.pipelines === 'optional' && !isLoopback(config.host)
  return pipelinesDoor({
    runs,
    operations: describeOperations(),
    auth: config.auth.pipelines,
    version,
    health: async () => ({
      status: 'ok',
      version,
      ...(await health()),
      ...(exposed && { warnings: ['Whoever reaches this address may call without credentials'] }),
    }),
  })
}
