// probe: learns what a fetched source is, once for the same bytes.
import { z } from 'zod'
import type { Probe } from '../../engine/probe.ts'
import { AppError } from '../../lib/errors.ts'
import type { Sources } from '../sources.ts'
import { defineStep } from './contract.ts'
import { type Fetched, fetched } from './fetch.ts'

export type Probed = Fetched & { readonly probe: Probe }

export function probeStep({ sources }: { sources: Sources }) {
  return defineStep({
    name: 'probe',
    params: z.strictObject({ input: z.string() }),

    async run({ input }, { signal, results }) {
      const source = fetched.parse(results.get(`fetch ${input}`))
      const probe = await sources.probe(await locateUnchanged(sources, source, signal), source.digest, signal)
      return { result: { ...source, probe } satisfies Probed }
    },
  })
}

/** The source as it was fetched; throws `source_changed` when it has become something else since. */
export async function locateUnchanged(sources: Sources, { source, digest }: Fetched, signal: AbortSignal) {
  const found = await sources.locate(source)
  if ((await sources.digest(found, signal)) === digest) return found
  throw new AppError('source_changed', `"${source}" was changed while it was being worked on: send the job again`)
}
