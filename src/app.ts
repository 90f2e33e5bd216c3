// app: the composition root: Config → everything that works together, opened in order and closed in reverse.
import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'
import { lockDirectory } from './db/lock.ts'
import { openDatabase } from './db/open.ts'
import { readCapabilities } from './ffmpeg/capabilities.ts'
import { newId } from './lib/ids.ts'
import { openProcesses } from './process/open.ts'
import { openQueue } from './queue/open.ts'
import { openArtifacts } from './runs/artifacts.ts'
import { openAttempts } from './runs/attempts.ts'
import type { Workshop } from './runs/execute.ts'
import { openRuns } from './runs/open.ts'
import { takeOver } from './runs/reconcile.ts'
import type { Runs } from './runs/run.ts'
import { openSources } from './runs/sources.ts'
import { QUEUES } from './runs/steps/contract.ts'
import { stepKinds } from './runs/steps/index.ts'
import { emptyScratch } from './runs/workspace.ts'
import { openStorage } from './storage/index.ts'
import { openMounts } from './storage/mounts.ts'

export type App = {
  readonly config: Config
  readonly log: Logger
  readonly runs: Runs
  health(): Promise<Health>
  /** What a worker works with. */
  readonly workshop: Workshop
  close(): Promise<void>
}

export type Health = {
  readonly database: 'pglite' | 'postgres'
  readonly ffmpeg: string
  readonly sandbox: 'bubblewrap' | 'limits'
  /** By queue: how many calls are due. */
  readonly queues: Readonly<Record<string, number>>
}

/** Opens everything but listeners and workers. Throws AppErrors made for whoever starts the program. */
export async function openApp(config: Config): Promise<App> {
  await using opening = new AsyncDisposableStack()
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }))
  for (const warning of config.warnings) log.warn(warning)

  opening.use(lockDirectory(config.dataDirectory))
  const scratch = join(config.dataDirectory, 'scratch')
  await emptyScratch(scratch)
  for (const directory of Object.values(config.mounts)) await mkdir(directory, { recursive: true })

  const { processes, capabilities } = await openTools(config, log)
  const { db, queue } = await openLedger(config, log, opening)
  const mounts = openMounts(config.mounts)
  const sources = openSources({ kysely: db.kysely, mounts, processes, capabilities })
  const artifacts = openArtifacts(db, openStorage(config.objectsDirectory))
  const threads = threadsPerEncoder()
  const runs = opening.use(await openRuns({ db, queue, mounts, capabilities, sources, artifacts, threads }))

  const limits = { wallSeconds: config.stepMaxMs / 1000, outputBytes: config.outputMaxBytes }
  const kinds = stepKinds({ processes, capabilities, artifacts, sources, mounts, threads, limits })
  const health = async (): Promise<Health> => ({
    database: db.engine,
    ffmpeg: capabilities.version,
    sandbox: processes.sandbox,
    queues: dueOf(await queue.depth()),
  })
  const workshop = { db, queue, kinds, worker: newId('worker'), scratch, attempts: openAttempts(), log }
  const opened = opening.move()
  return { config, log, runs, health, workshop, close: () => opened.disposeAsync() }
}

async function openTools(config: Config, log: Logger) {
  const processes = await openProcesses({ sandbox: config.sandbox })
  if (processes.sandbox === 'limits' && config.sandbox === 'auto')
    log.warn('bubblewrap does not work here: media tools are limited, but not boxed in')
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

// As x264 would choose for itself; said aloud because it is part of what is made.
function threadsPerEncoder(): number {
  return Math.min(16, Math.ceil(availableParallelism() * 1.5))
}

function dueOf(depth: Readonly<Record<string, { due: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(depth).map(([name, { due }]) => [name, due]))
}
