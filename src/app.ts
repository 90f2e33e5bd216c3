// app: the composition root: Config → everything that works together, opened in order and closed in reverse.
import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { type Access, openAccess } from './access/open.ts'
import { accessSettings, type Config, upkeepSettings } from './config.ts'
import { lockDirectory } from './db/lock.ts'
import { type Database, openDatabase } from './db/open.ts'
import { tellJob } from './features/pipelines/teller.ts'
import { openFetcher } from './fetch/open.ts'
import { readCapabilities } from './ffmpeg/capabilities.ts'
import { newId } from './lib/ids.ts'
import { openLog } from './log.ts'
import { type LevelName, weaknessOf } from './process/level.ts'
import { openProcesses } from './process/open.ts'
import { openQueue } from './queue/open.ts'
import { openArtifacts } from './runs/artifacts.ts'
import { openAttempts } from './runs/attempts.ts'
import { type Cache, openCache, tidyCache } from './runs/cache.ts'
import type { Workshop } from './runs/execute.ts'
import type { LocationScheme } from './runs/locations/contract.ts'
import { fileScheme } from './runs/locations/file.ts'
import { httpScheme } from './runs/locations/http.ts'
import { openLocations } from './runs/locations/index.ts'
import { runScheme } from './runs/locations/run.ts'
import { s3Scheme } from './runs/locations/s3.ts'
import { readMeasures } from './runs/measures.ts'
import { openRuns } from './runs/open.ts'
import { takeOver } from './runs/reconcile.ts'
import type { Runs } from './runs/run.ts'
import { openSources } from './runs/sources.ts'
import { readStatistics, type Statistics } from './runs/statistics.ts'
import { QUEUES } from './runs/steps/contract.ts'
import { stepKinds } from './runs/steps/index.ts'
import { openTallies } from './runs/tallies.ts'
import { PATIENCE } from './runs/upkeep/contract.ts'
import type { Chore, RetentionMeans } from './runs/upkeep/retention.ts'
import type { Teller, Webhooks } from './runs/webhooks/delivery.ts'
import { openWebhooks } from './runs/webhooks/open.ts'
import type { SendMeans } from './runs/webhooks/send.ts'
import { emptyScratch } from './runs/workspace.ts'
import { openStorage } from './storage/index.ts'
import type { Mount } from './storage/locations.ts'
import { openMounts } from './storage/mounts.ts'
import { openS3 } from './storage/s3/client.ts'
import { s3Rules } from './storage/s3/rules.ts'
import { version } from './version.ts'
import { forgetOldAnswers } from './web/answer-shelf.ts'
import { type Answers, openAnswers } from './web/answers.ts'
import { type Buckets, openBuckets } from './web/buckets.ts'
import { type Metrics, openMetrics } from './web/metrics.ts'

export type App = {
  readonly config: Config
  readonly log: Logger
  readonly runs: Runs
  readonly webhooks: Webhooks
  readonly access: Access
  readonly answers: Answers
  readonly buckets: Buckets
  health(): Promise<Health>
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

  const scratch = await openFolders(config, opening)
  const { processes, capabilities } = await openTools(config, log)
  const { db, queue } = await openLedger(config, log, opening)
  const cache = await openCacheIn(join(config.dataDirectory, 'cache'), config)
  const fetcher = openFetcher(config.fetch)
  const s3 = opening.adopt(openS3(), opened => opened.close())
  const locations = openLocations([...schemesOf(config, s3), httpScheme(fetcher), runScheme(db.kysely)])
  const storage = openStorage(config.storageUrl)
  const artifacts = openArtifacts(db, storage, cache)
  const sources = openSources({ kysely: db.kysely, locations, artifacts, cache, processes, capabilities })
  const threads = threadsPerEncoder()
  const runs = opening.use(await openRuns({ db, queue, locations, capabilities, sources, artifacts, threads }))

  const limits = limitsOf(config)
  const kinds = stepKinds({ processes, capabilities, artifacts, sources, locations, threads, limits })
  const tools = { ffmpeg: capabilities.version, sandbox: processes.sandbox }
  const health = async () => ({ database: db.engine, ...tools, queues: dueOf(await queue.depth()) })
  const callers = await openCallers(db, config)
  const tallies = openTallies()
  const workshop = { db, queue, kinds, worker: newId('worker'), scratch, attempts: openAttempts(), tallies, log }
  const upkeep = { db, storage, tallies, patience: PATIENCE, chores: choresOf(db), ...upkeepSettings(config) }
  const answers = opening.adopt(await openAnswers(db, { keepHours: config.idempotencyHours }), opened => opened.close())
  const requests = { answers, buckets: openBuckets(db) }
  const webhooks = openWebhooks(db, fetcher)
  const sending = { db, fetcher, tellers: TELLERS, userAgent: `Kinora/${version}`, log }
  const opened = opening.move()
  return {
    ...{ config, log, runs, webhooks, sending, ...callers, ...requests, health, workshop, upkeep },
    metrics: measure(db, processes.sandbox),
    close: () => opened.disposeAsync(),
  }
}

// By door: the words for its events.
const TELLERS: ReadonlyMap<string, Teller> = new Map([['pipelines', tellJob]])

function choresOf(db: Database): Chore[] {
  return [{ name: 'answers', run: () => forgetOldAnswers(db) }]
}

function measure(db: Database, sandbox: LevelName): Metrics {
  return openMetrics({ registry: new Registry(), read: () => readMeasures(db.kysely), version, sandbox })
}

function limitsOf({ stepMaxMs, outputMaxBytes, sourceLimits }: Config) {
  return { wallSeconds: stepMaxMs / 1000, outputBytes: outputMaxBytes, source: sourceLimits }
}

// Everything below the data directory is this process's own.
async function openFolders({ dataDirectory, mounts }: Config, opening: AsyncDisposableStack): Promise<string> {
  opening.use(lockDirectory(dataDirectory))
  const scratch = join(dataDirectory, 'scratch')
  await emptyScratch(scratch)
  for (const directory of Object.values(mounts)) await mkdir(directory, { recursive: true })
  return scratch
}

// Places that we may both read from and write to.
function schemesOf(config: Config, s3: ReturnType<typeof openS3>): LocationScheme[] {
  const { s3Allow: allow, storageUrl: own } = config
  return [fileScheme(openMounts(mountsOf(config))), s3Scheme(s3, s3Rules({ allow, own }))]
}

async function openTools(config: Config, log: Logger) {
  const processes = await openProcesses({ sandbox: config.sandbox })
  const weakness = weaknessOf(processes.sandbox)
  if (weakness) log.warn(weakness)
  return { processes, capabilities: await readCapabilities(processes) }
}

async function openLedger(config: Config, log: Logger, opening: AsyncDisposableStack) {
  const where = { directory: config.dataDirectory, ...(config.databaseUrl && { url: config.databaseUrl }) }
  const db = opening.adopt(await openDatabase(where), opened => opened.close())
  const queue = await openQueue(db, QUEUES, err => log.error({ err }, 'the queue failed in the background'))
  opening.defer(() => queue.stop({ timeoutMs: 0 }))
  // The embedded database has one process: whatever was running, its worker is gone.
  if (db.engine === 'pglite') await takeOver({ db, queue })
  return { db, queue }
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

async function openCacheIn(directory: string, { cacheMaxBytes }: Config): Promise<Cache> {
  await tidyCache(directory)
  return openCache(directory, cacheMaxBytes)
}

// Where callers are told apart, what they write is theirs alone, and what lies there for all is not theirs to change.
function mountsOf({ mounts, auth }: Config): Readonly<Record<string, Mount>> {
  const access: Readonly<Record<string, Mount['access']>> =
    auth.pipelines === 'required' ? { '/uploads': 'read-only', '/output': 'per-owner' } : {}
  return Object.fromEntries(
    Object.entries(mounts).map(([name, directory]) => [name, { directory, access: access[name] ?? 'shared' }]),
  )
}

// As x264 would choose for itself; said aloud because it is part of what is made.
function threadsPerEncoder(): number {
  return Math.min(16, Math.ceil(availableParallelism() * 1.5))
}

function dueOf(depth: Readonly<Record<string, { due: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(depth).map(([name, { due }]) => [name, due]))
}
