// doctor-places: what doctor looks at where Kinora keeps things and is reached: lock, database, storage, ports.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Client } from 'pg'
import type { Config } from '../config.ts'
import { lockDirectory } from '../db/lock.ts'
import { AppError } from '../lib/errors.ts'
import { openStorage } from '../storage/index.ts'
import type { Finding } from './doctor.ts'

const HELD = 'held by a Kinora process that runs'

/** Who has the data directory. */
export function holderOf({ dataDirectory }: Config): Finding {
  if (!existsSync(dataDirectory)) return { check: 'lock', verdict: 'ok', message: 'free' }
  try {
    lockDirectory(dataDirectory)[Symbol.dispose]()
    return { check: 'lock', verdict: 'ok', message: 'free' }
  } catch (error) {
    if (error instanceof AppError && error.code === 'data_directory_in_use')
      return { check: 'lock', verdict: 'ok', message: HELD }
    return {
      check: 'lock',
      verdict: 'fail',
      message: 'the lock file cannot be opened: see who owns the data directory',
    }
  }
}

const OLDEST_POSTGRES = 150_000

/** Looks without changing anything: no migration is applied. */
export async function checkDatabase({ databaseUrl, dataDirectory }: Config, holder: Finding): Promise<Finding[]> {
  if (databaseUrl === undefined) {
    const state = existsSync(join(dataDirectory, 'pg')) ? 'there' : 'will be made'
    const message = holder.message === HELD ? 'embedded, in use by that process' : `embedded, ${state}`
    return [{ check: 'database', verdict: 'ok', message }]
  }
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    const { rows: numbers } = await client.query<{ server_version_num: string }>('show server_version_num')
    const old = Number(numbers[0]?.server_version_num) < OLDEST_POSTGRES
    const message = `PostgreSQL ${rows[0]?.server_version}${old ? ' is older than what Kinora is tested with (15)' : ''}`
    return [{ check: 'database', verdict: old ? 'warn' : 'ok', message }]
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer'
    return [{ check: 'database', verdict: 'fail', message: `${reason}: see KINORA_DATABASE_URL` }]
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Puts an object, gets it and deletes it: what credentials and rights allow shows only then. */
export async function checkStorage({ storageUrl, dataDirectory }: Config): Promise<Finding[]> {
  const check = 'storage'
  if (storageUrl.startsWith(dataDirectory) && !existsSync(dataDirectory))
    return [{ check, verdict: 'ok', message: `${storageUrl}, which will be made` }]
  const storage = openStorage(storageUrl)
  const key = `doctor/${randomUUID()}`
  const bytes = Buffer.from(key)
  try {
    await storage.put(key, Readable.from([bytes]))
    const same = (await buffer(await storage.get(key))).equals(bytes)
    await storage.delete(key)
    if (same) return [{ check, verdict: 'ok', message: `${storageUrl} keeps what it is given` }]
    return [{ check, verdict: 'fail', message: `${storageUrl} gave back something else than it was given` }]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ check, verdict: 'fail', message: `${storageUrl}: ${reason}: see KINORA_STORAGE_URL` }]
  }
}

export async function checkPorts({ ports, host }: Config): Promise<Finding[]> {
  const address = host === 'localhost' ? '127.0.0.1' : host
  return await Promise.all(
    Object.entries(ports).map(async ([name, port]): Promise<Finding> => {
      const check = `port ${name}`
      if (port === 'off' || port === 0) return { check, verdict: 'ok', message: port === 0 ? 'any free one' : 'closed' }
      const problem = await listenOnce(address, port)
      if (problem === undefined) return { check, verdict: 'ok', message: `${port} is free` }
      if (problem === 'EADDRINUSE' && (await answersAsKinora(address, port)))
        return { check, verdict: 'ok', message: `${port} is held by a Kinora that answers` }
      const reason = problem === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${problem})`
      return { check, verdict: 'fail', message: `${port} ${reason}: set KINORA_PORT_${name.toUpperCase()}` }
    }),
  )
}

async function listenOnce(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  return await promise
}

async function answersAsKinora(host: string, port: number): Promise<boolean> {
  try {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health`
    const reply = await fetch(url, { signal: AbortSignal.timeout(3000), redirect: 'error' })
    const { sandbox, version } = (await reply.json()) as { sandbox?: unknown; version?: unknown }
    return typeof sandbox === 'string' && typeof version === 'string'
  } catch {
    return false
  }
}
