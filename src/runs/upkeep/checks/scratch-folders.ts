// scratch-folders: workspaces of attempts that nobody is making any more.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../../db/tables.ts'
import type { Check } from '../contract.ts'
import { oldEntries } from '../old-entries.ts'

export const scratchFolders: Check = {
  name: 'scratch-folders',
  when: 'routine',
  looksAt: 'folders',
  async *find({ db, folders, patience }) {
    if (!folders) return
    for (const name of await oldEntries(folders.scratch, patience.graceSeconds)) {
      if (await isInUse(db.kysely, name)) continue
      yield {
        where: `scratch/${name}`,
        what: 'belongs to no attempt',
        async mend() {
          await rm(join(folders.scratch, name), { recursive: true, force: true })
          return true
        },
      }
    }
  },
}

// As long as a worker is named, something of the attempt may be left on it.
async function isInUse(kysely: Kysely<Tables>, name: string): Promise<boolean> {
  const [, stepId, attempt] = /^(.+)-(\d{1,9})$/.exec(name) ?? []
  if (stepId === undefined) return false
  const { rows } = await sql`
    select from steps where id = ${stepId} and attempt = ${Number(attempt)}
      and (status = 'running' or worker is not null)`.execute(kysely)
  return rows.length > 0
}
