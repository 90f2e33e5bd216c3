// outside: what Kinora stands on, opened in order: its folders, tools, database, queue, storage, and the ways out.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { lockDirectory } from '../db/lock.ts'
import { openDatabase } from '../db/open.ts'
import { openFetcher } from '../fetch/open.ts'
import { readCapabilities } from '../ffmpeg/capabilities.ts'
import { weaknessOf } from '../process/level.ts'
import { openProcesses } from '../process/open.ts'
import { openQueue } from '../queue/open.ts'
import { openCache, tidyCache } from '../runs/cache.ts'
import { takeOver } from '../runs/reconcile.ts'
import { QUEUES } from '../runs/steps/contract.ts'
import { emptyScratch } from '../runs/workspace.ts'
import { openStorage } from '../storage/index.ts'
import { openS3 } from '../storage/s3/client.ts'

export type Outside = Awaited<ReturnType<typeof openOutside>>

/** `opening` closes it all again, in reverse. */
export async function openOutside(config: Config, log: Logger, opening: AsyncDisposableStack) {
  const scratch = await openFolders(config, opening)
  const tools = await openTools(config, log)
  const ledger = await openLedger(config, log, opening)
  const cacheDirectory = join(config.dataDirectory, 'cache')
  await tidyCache(cacheDirectory)
  return {
    ...{ scratch, ...tools, ...ledger },
    cache: openCache(cacheDirectory, config.cacheMaxBytes),
    storage: openStorage(config.storageUrl),
    fetcher: openFetcher(config.fetch),
    s3: opening.adopt(openS3(), opened => opened.close()),
  }
}

// Everything below the data directory is this process's own.
async function openFolders({ dataDirectory, mounts }: Config, opening: AsyncDisposableStack): Promise<string> {
  opening.use(lockDirectory(dataDirectory))
  const scratch = join(dataDirectory, 'scratch')
  await emptyScratch(scratch)
  // Answers that have just been given may still be putting theirs away. What cannot go now goes at the next start.
  opening.defer(() => emptyScratch(scratch).catch(() => undefined))
  for (const directory of Object.values(mounts)) await mkdir(directory, { recursive: true })
  return scratch
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
