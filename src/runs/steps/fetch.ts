// fetch: finds a source and learns its digest. A source in a mount stays where it is.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import type { Sources } from '../sources.ts'
import { defineStep } from './contract.ts'

export const fetched = z.object({ input: z.string(), source: z.string(), digest: z.string(), sizeBytes: z.number() })
export type Fetched = z.infer<typeof fetched>

export function fetchStep({ sources }: { sources: Sources }) {
  return defineStep({
    name: 'fetch',
    params: z.strictObject({ input: z.string(), source: z.string() }),

    async run({ input, source }, { signal }) {
      const found = await sources.locate(source)
      if (found.sizeBytes === 0) throw new AppError('media_damaged', `"${source}" is empty`)
      const digest = await sources.digest(found, signal)
      return { result: { input, source, digest, sizeBytes: found.sizeBytes } satisfies Fetched }
    },
  })
}
