// fetch: finds a source and learns its digest. A file stays where it is; what lies elsewhere is fetched.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { quote } from '../../storage/locations.ts'
import type { Sources } from '../sources.ts'
import { defineStep } from './contract.ts'

export const fetched = z.object({ input: z.string(), source: z.string(), digest: z.string() })
export type Fetched = z.infer<typeof fetched>

export function fetchStep({ sources }: { sources: Sources }) {
  return defineStep({
    name: 'fetch',
    params: z.strictObject({ input: z.string(), source: z.string() }),

    async run({ input, source }, { owner, workspace, signal, progress }) {
      const found = await sources.locate(source, owner, signal)
      if (found.sizeBytes === 0) throw empty(source)
      const onProgress = (fraction: number) => progress(Math.floor(fraction * TOLD) / TOLD)
      const digest = await sources.digest(found, workspace.file('fetched'), { signal, onProgress })
      // Not every server says beforehand how much it has.
      if (digest === DIGEST_OF_NOTHING) throw empty(source)
      return { result: { input, source, digest } satisfies Fetched }
    },
  })
}

// Fetching is a small part of a run, and telling how far it is costs the time of a transaction.
const TOLD = 10
const DIGEST_OF_NOTHING = createHash('sha256').digest('hex')

function empty(source: string): AppError {
  return new AppError('media_damaged', `${quote(source)} is empty`)
}
