// api: the doors of the house, each given what it needs of the App.
import { withStaticTokens } from './access/static-tokens.ts'
import { isLoopback } from './config/values.ts'
import type { Config } from './config.ts'
import { describeOperations } from './engine/operations/index.ts'
import { imagesDoor } from './features/images/routes.ts'
import type { ImageServices } from './features/images/services.ts'
import { motionPhotosDoor } from './features/motion-photos/routes.ts'
import type { MotionServices } from './features/motion-photos/services.ts'
import { pipelinesDoor } from './features/pipelines/routes.ts'
import type { PipelineServices } from './features/pipelines/services.ts'
import { weaknessOf } from './process/level.ts'
import type { Statistics } from './runs/statistics.ts'
import { runsThroughDoor, webhooksThroughDoor } from './runs/through-door.ts'
import { version } from './version.ts'
import type { Door } from './web/server.ts'
import { shareListener } from './web/surfaces.ts'

/** What the doors need of the App: little enough to be faked where they are only described. */
export type DoorServices = Pick<PipelineServices, 'runs' | 'webhooks' | 'access' | 'metrics'> &
  MotionMeans & {
    readonly config: Config
    readonly images: Pick<ImageServices, 'shelf' | 'gallery' | 'callers' | 'signingKey'>
    health(): Promise<{
      readonly database: string
      readonly ffmpeg: string
      readonly sandbox: string
      readonly queues: Readonly<Record<string, number>>
    }>
    statistics(): Promise<Statistics & { readonly users: number; readonly keys: number }>
  }

type MotionMeans = Pick<MotionServices, 'artifacts' | 'sessions' | 'scratch' | 'processes'> & {
  /** Throws `unavailable` where bytes cannot be kept, or there is no place to work in. */
  assertWorkable(): Promise<void>
}

/** Documents 001 and 003, on one listener. */
export function openStudioDoor(services: DoorServices): Door {
  const { metrics } = services
  const door = shareListener([openMotionPhotosDoor(services), openImagesDoor(services)])
  return {
    ...door,
    async routes(api) {
      metrics.watch(api)
      await door.routes(api)
    },
  }
}

function openMotionPhotosDoor(services: DoorServices): Door {
  const { runs, artifacts, sessions, scratch, processes, access, health, config } = services
  const { auth, tokens, motion, limits, concurrency } = config
  return motionPhotosDoor({
    ...{ runs, artifacts, sessions, scratch, processes, version },
    async health() {
      const [found] = await Promise.all([health(), services.assertWorkable()])
      return found
    },
    auth: auth.motionPhotos,
    identify: withStaticTokens(tokens, access.identify),
    maxBytes: motion.maxBytes,
    patienceMs: motion.patienceMs,
    limits: { address: limits.motionAddress, token: limits.motionToken },
    concurrency: concurrency.interactive,
  })
}

function openImagesDoor(services: DoorServices): Door {
  const { runs, webhooks, artifacts, scratch, access, health, assertWorkable, images, config } = services
  const { auth, limits, host, publicUrl } = config
  return imagesDoor({
    ...{ artifacts, scratch, health, assertWorkable, version, ...images },
    runs: runsThroughDoor('images', runs),
    webhooks: webhooksThroughDoor('images', webhooks),
    auth: auth.images,
    identify: access.identify,
    limits: { create: limits.imagesCreate, status: limits.imagesStatus },
    environment: isLoopback(host) && publicUrl === undefined ? 'development' : 'production',
  })
}

/** Document 000, on a listener of its own. */
export function openPipelinesDoor(services: DoorServices): Door {
  const { config, runs, webhooks, access, metrics, health, statistics } = services
  const exposed = config.auth.pipelines === 'optional' && !isLoopback(config.host)
  return pipelinesDoor({
    runs: runsThroughDoor('pipelines', runs),
    webhooks: webhooksThroughDoor('pipelines', webhooks),
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
