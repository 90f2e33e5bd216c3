// owner-here: answers a command in this process, over a database opened for it alone.
import { openAccess } from '../access/open.ts'
import { accessSettings, type Config, upkeepSettings } from '../config.ts'
import { type Database, openDatabase } from '../db/open.ts'
import { PATIENCE } from '../runs/upkeep/contract.ts'
import { upkeepCommands } from './fsck-command.ts'
import { accessCommands } from './owner-commands.ts'

/** For whoever holds the data directory's lock, or has a database server. Throws what the command throws. */
export async function askHere(config: Config, command: string, input: unknown): Promise<unknown> {
  const { dataDirectory: directory, databaseUrl: url } = config
  const db = await openDatabase({ directory, ...(url !== undefined && { url }) })
  try {
    const keeping = upkeepCommands(() => openUpkeep(config, db))
    const commands = { ...accessCommands(await openAccess(db, accessSettings(config))), ...keeping }
    const run = commands[command]
    if (!run) throw new TypeError(`there is no command ${command}`)
    return await run(input)
  } finally {
    await db.close()
  }
}

async function openUpkeep(config: Config, db: Database) {
  // The client of an object store takes its time to load.
  const { openStorage } = await import('../storage/index.ts')
  const { folders } = upkeepSettings(config)
  return { db, storage: openStorage(config.storageUrl), folders, patience: PATIENCE }
}
