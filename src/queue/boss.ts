// boss: pg-boss on the database that is already open, set up for entries that live until they are taken.
import { PgBoss } from 'pg-boss'

/** What this room needs of a database; see src/db/open.ts for the promises. */
export interface QueueDatabase {
  readonly engine: 'pglite' | 'postgres'
  execute(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>
}

/** `wake` gets the name of a queue with a new entry, or `''` when any of them may have one. */
type Callbacks = { wake: (name: string) => void; onError: (error: unknown) => void }

const ENTRY = {
  // Tells `wake` when a transaction with a send commits.
  notify: true,
  retryLimit: 0,
  // Only an entry whose taker died between taking and removing it lives to see these.
  expireInSeconds: 60,
  deleteAfterSeconds: 60,
}

export async function startBoss(
  database: QueueDatabase,
  names: readonly string[],
  { wake, onError }: Callbacks,
): Promise<PgBoss> {
  const embedded = database.engine === 'pglite'
  const boss = new PgBoss({
    backend: database.engine,
    db: adapter(database, wake),
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 30,
    maintenanceIntervalSeconds: 60,
    // Neither flows nor index repairs are needed here; on one connection everybody else would wait for them.
    flowIntervalSeconds: 3600,
    reindex: !embedded,
    monitorVacuum: !embedded,
  })
  boss.on('error', onError)
  boss.on('warning', ({ message }) => onError(new Error(message)))
  await boss.start()
  for (const name of names) {
    await boss.createQueue(name, ENTRY)
    // A send looks up a queue that it has not met yet, which it could not do inside a transaction.
    await boss.findJobs(name, { key: 'none' })
  }
  return boss
}

function adapter(database: QueueDatabase, wake: (name: string) => void) {
  return {
    executeSql: (text: string, values?: unknown[]) => database.execute(text, values),
    // The names come straight to our own slots; pg-boss's workers, which wait between two jobs, are not used.
    async listen(channel: string) {
      const close = await database.listen(channel, wake)
      return { close }
    },
  }
}
