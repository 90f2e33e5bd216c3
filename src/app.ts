// app: the composition root: Config → everything that works together, opened in order and closed in reverse.
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { type Access, openAccess } from './access/open.ts'
import { openEngine } from './app/engine.ts'
import { openOutside } from './app/outside.ts'
import { openWorkable } from './app/workable.ts'
import { accessSettings, type Config, sessionSettings, upkeepSettings } from './config.ts'
import type { Database } from './db/open.ts'
import type { ImageServices } from './features/images/services.ts'
import { tellImageJob } from './features/images/teller.ts'
import { openSessions, type Sessions } from './features/motion-photos/sessions.ts'
import { tellJob } from './features/pipelines/teller.ts'
import { newId } from './lib/ids.ts'
import { openLog } from './log.ts'
import type { LevelName } from './process/level.ts'
import type { Processes } from './process/open.ts'
import type { Artifacts } from './runs/artifacts.ts'
import { openAttempts } from './runs/attempts.ts'
import type { Workshop } from './runs/execute.ts'
import { readMeasures } from './runs/measures.ts'
import type { Runs } from './runs/run.ts'
import { readStatistics, type Statistics } from './runs/statistics.ts'
import { openTallies } from './runs/tallies.ts'
import { PATIENCE } from './runs/upkeep/contract.ts'
import type { Chore, RetentionMeans } from './runs/upkeep/retention.ts'
import type { Teller, Webhooks } from './runs/webhooks/delivery.ts'
import { openWebhooks } from './runs/webhooks/open.ts'
import type { SendMeans } from './runs/webhooks/send.ts'
import { version } from './version.ts'
import { forgetOldAnswers } from './web/answer-shelf.ts'
import { type Answers, openAnswers } from './web/answers.ts'
import { type Buckets, openBuckets } from './web/buckets.ts'
import { type Metrics, openMetrics } from './web/metrics.ts'

export type App = {
  readonly config: Config
  readonly log: Logger
  readonly runs: Runs
  readonly artifacts: Artifacts
  readonly images: Pick<ImageServices, 'shelf' | 'gallery' | 'callers' | 'signingKey'>
  /** Of motion photos. */
  readonly sessions: Sessions
  readonly processes: Processes
  /** A directory of this process alone. */
  readonly scratch: string
  readonly webhooks: Webhooks
  readonly access: Access
  readonly answers: Answers
  readonly buckets: Buckets
  health(): Promise<Health>
  /** Throws `unavailable` where bytes cannot be kept, or there is no place to work in. */
  assertWorkable(): Promise<void>
  /** How much there is of everything. */
  statistics(): Promise<Statistics & { readonly users: number; readonly keys: number }>
  /** What a worker works with. */
  readonly workshop: Workshop
  /** What webhooks are sent with. */
  readonly sending: SendMeans
  /** What keeps things in order, and how long they are kept. */
  readonly upkeep: RetentionMeans
  readonly metrics: Metrics
  close(): Promise<void>
}

export type Health = {
  readonly database: 'pglite' | 'postgres'
  readonly ffmpeg: string
  readonly sandbox: LevelName
  /** By queue: how many calls are due. */
  readonly queues: Readonly<Record<string, number>>
}

/** Opens everything but listeners and workers. Throws AppErrors made for whoever starts the program. */
export async function openApp(config: Config): Promise<App> {
  await using opening = new AsyncDisposableStack()
  const log = openLog(config.logLevel)
  for (const warning of config.warnings) log.warn(warning)

  const outside = await openOutside(config, log, opening)
  const { db, queue, storage, fetcher, processes, capabilities, scratch } = outside
  const { artifacts, runs, images, kinds } = await openEngine(config, outside, opening)
  const callers = await openCallers(db, config)
  const sessions = openSessions({ db, runs }, sessionSettings(config))
  const tallies = openTallies()
  const workshop = { db, queue, kinds, worker: newId('worker'), scratch, attempts: openAttempts(), tallies, log }
  const chores = choresOf(db, sessions)
  const upkeep = { db, storage, tallies, patience: PATIENCE, chores, ...upkeepSettings(config) }
  const answers = opening.adopt(await openAnswers(db, { keepHours: config.idempotencyHours }), opened => opened.close())
  const tools = { ffmpeg: capabilities.version, sandbox: processes.sandbox }
  const health = async () => ({ database: db.engine, ...tools, queues: dueOf(await queue.depth()) })
  const opened = opening.move()
  return {
    ...{ config, log, runs, artifacts, images, sessions, processes, scratch, ...callers, health, workshop, upkeep },
    ...{ answers, buckets: openBuckets(db), webhooks: openWebhooks(db, fetcher) },
    assertWorkable: openWorkable({ storage, scratch }),
    sending: { db, fetcher, tellers: TELLERS, userAgent: `Kinora/${version}`, log },
    metrics: measure(db, processes.sandbox),
    close: () => opened.disposeAsync(),
  }
}

// By door: the words for its events.
const TELLERS: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ['pipelines', tellJob],
  ['images', tellImageJob],
])

function choresOf(db: Database, sessions: Sessions): Chore[] {
  return [
    { name: 'answers', run: () => forgetOldAnswers(db) },
    { name: 'motion-sessions', run: () => sessions.sweep() },
  ]
}

function measure(db: Database, sandbox: LevelName): Metrics {
  return openMetrics({ registry: new Registry(), read: () => readMeasures(db.kysely), version, sandbox })
}

async function openCallers(db: Database, config: Config): Promise<Pick<App, 'access' | 'statistics'>> {
  const access = await openAccess(db, accessSettings(config))
  const statistics = async () => ({
    ...(await readStatistics(db.kysely)),
    users: await access.users.count(),
    keys: await access.keys.count(),
  })
  return { access, statistics }
}

function dueOf(depth: Readonly<Record<string, { due: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(depth).map(([name, { due }]) => [name, due]))
}
