// unnamed-objects: objects in storage that no artifact names, and nobody is about to name.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../../db/tables.ts'
import { objectKey } from '../../artifacts.ts'
import { inBatches } from '../batches.ts'
import { condemn } from '../bytes.ts'
import type { Check } from '../contract.ts'

export const unnamedObjects: Check = {
  name: 'unnamed-objects',
  when: 'asked',
  async *find({ db, storage }) {
    for await (const keys of inBatches(storage.list('artifacts/'), 500)) {
      for (const key of keys.filter(key => digestOf(key) === undefined))
        yield { where: key, what: 'is not called as any of our objects is: take it away by hand' }
      const digests = keys.flatMap(key => digestOf(key) ?? [])
      for (const digest of await unnamed(db.kysely, digests)) {
        // It may have been taken away since it was listed.
        if (!(await storage.stat(objectKey(digest)))) continue
        yield {
          where: objectKey(digest),
          what: 'no artifact has these bytes: they go after a while',
          async mend() {
            await condemn(db, digest)
            return true
          },
        }
      }
    }
  },
}

function digestOf(key: string): string | undefined {
  const digest = /^artifacts\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(key)?.[1]
  return digest !== undefined && objectKey(digest) === key ? digest : undefined
}

// Listed first and asked for afterwards: whoever has put an object there since has announced it before.
async function unnamed(kysely: Kysely<Tables>, digests: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`
    select digest from unnest(${digests}::text[]) as found (digest)
    where not exists (select from artifacts where artifacts.digest = found.digest)
      and not exists (select from arrivals where arrivals.digest = found.digest)
      and not exists (select from condemned where condemned.digest = found.digest)`.execute(kysely)
  return rows.map(({ digest }) => digest)
}
