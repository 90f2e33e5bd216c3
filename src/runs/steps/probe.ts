// probe: learns what a fetched source is, once for the same bytes.
import { z } from 'zod'
import type { Probe } from '../../engine/probe.ts'
import { excessOf, type SourceLimits } from '../../engine/source-limits.ts'
import { AppError } from '../../lib/errors.ts'
import type { Sources } from '../sources.ts'
import { defineStep } from './contract.ts'
import { type Fetched, fetched } from './fetch.ts'

export type Probed = Fetched & { readonly probe: Probe }

export function probeStep({ sources, limits }: { sources: Sources; limits: { source: SourceLimits } }) {
  return defineStep({
    name: 'probe',
    params: z.strictObject({ input: z.string() }),

    async run({ input }, { owner, workspace, signal, results }) {
      const { source, digest } = fetched.parse(results.get(`fetch ${input}`))
      const known = await sources.knownProbe(digest)
      const read = () => sources.open({ source, owner, digest }, workspace.file('source'), signal)
      const probe = known ?? (await sources.probe(await read(), digest, signal))
      const excess = excessOf(probe, limits.source)
      if (excess) throw new AppError('media_unsupported', `The source "${input}" is too large: ${excess}`)
      return { result: { input, source, digest, probe } satisfies Probed }
    },
  })
}
