// roles: which parts of Kinora one process runs, opened in order and stopped in good order.
import { type App, openApp } from '../app.ts'
import type { Config } from '../config.ts'
import { AppError } from '../lib/errors.ts'
import { type Listeners, openListeners } from '../listeners.ts'
import { openWorker } from '../worker.ts'
import { upkeepCommands } from './fsck-command.ts'
import { accessCommands } from './owner-commands.ts'
import { type OwnerSocket, openOwnerSocket } from './owner-socket.ts'

/** `serve` is everything in one process; `api` and `worker` share the work between processes. */
export type Role = 'serve' | 'api' | 'worker'

export type Running = {
  readonly ports: Listeners['ports']
  /** Accepts nothing new, lets running steps finish for as long as the configuration says, and closes everything. */
  stop(): Promise<void>
}

export async function openRole(role: Role, config: Config): Promise<Running> {
  if (role !== 'serve' && config.databaseUrl === undefined) throw needsDatabase(role)
  const app = await openApp(config)
  await using opening = new AsyncDisposableStack()
  opening.defer(() => app.close())
  // With the embedded database, commands beside this process can only ask it.
  const owner = role === 'serve' && config.databaseUrl === undefined ? await openOwner(app) : undefined
  if (owner) opening.defer(() => owner.close())
  const listeners = role === 'worker' ? undefined : await openListeners(app)
  if (listeners) opening.defer(() => listeners.close())
  const worker = role === 'api' ? undefined : await openWorker(app)
  opening.move()
  return {
    ports: listeners?.ports ?? {},
    async stop() {
      app.log.info('stopping')
      await Promise.all([owner?.close(), listeners?.close(), worker?.stop()])
      await app.close()
    },
  }
}

async function openOwner({ config, access, upkeep, log }: App): Promise<OwnerSocket | undefined> {
  const commands = { ...accessCommands(access), ...upkeepCommands(() => upkeep) }
  return await openOwnerSocket(config.dataDirectory, commands).catch(err => {
    // Serving goes on without it: not every file system has sockets.
    log.warn({ err }, 'commands such as "kinora keys" cannot be answered while this process runs')
    return undefined
  })
}

function needsDatabase(role: Role): AppError {
  const reason = `"${role}" shares its work with other processes, and the embedded database has only one`
  return new AppError('config_invalid', `${reason}: set KINORA_DATABASE_URL, or use "serve"`)
}
