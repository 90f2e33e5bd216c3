// run: `run://<run>/<output>`: what an earlier run of the same owner has made, whatever became of where it was delivered.
import type { Kysely } from 'kysely'
import type { Tables } from '../../db/tables.ts'
import { AppError } from '../../lib/errors.ts'
import { quote, refused } from '../../storage/locations.ts'
import type { RunOutput } from '../run.ts'
import type { LocationScheme } from './contract.ts'

export function runScheme(kysely: Kysely<Tables>): LocationScheme {
  return {
    names: ['run'],
    checkSource(location) {
      const { runId, output } = parse(location)
      return `run://${runId}/${output}`
    },
    async locate(location, owner) {
      const { runId, output } = parse(location)
      const row = await kysely
        .selectFrom('runs')
        .select('outputs')
        .where('id', '=', runId)
        .where('owner', '=', owner)
        .executeTakeFirst()
      const found = (row?.outputs as RunOutput[] | undefined)?.find(({ id }) => id === output)
      if (!found) throw new AppError('source_missing', `There is no finished output at ${quote(location)}`)
      return { kind: 'artifact', digest: found.sha256, sizeBytes: found.sizeBytes }
    },
  }
}

function parse(location: string): { runId: string; output: string } {
  const [, runId, output] = /^run:\/\/([a-z0-9_-]{1,64})\/([A-Za-z0-9_.-]{1,64})$/.exec(location) ?? []
  if (runId === undefined || output === undefined) throw refused(location, 'write run://<run>/<output>')
  return { runId, output }
}
