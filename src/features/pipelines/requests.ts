// requests: the body of a job request → a parsed graph; or everything that is wrong with it, in one answer.
import { z } from 'zod'
import { pointer, read } from '../../engine/faults.ts'
import type { Graph } from '../../engine/graph.ts'
import { AppError, type Fault, toAppError } from '../../lib/errors.ts'
import type { Runs } from '../../runs/run.ts'
import { printFaults } from '../../web/sentences.ts'

export type JobRequest = {
  readonly body: { readonly spec: unknown }
  readonly graph: Graph
  readonly warnings: readonly Fault[]
}

const shape = z.strictObject({ spec: z.unknown() })

/** Throws `spec_missing`, `spec_invalid`, `request_invalid`. Warnings keep their pointers relative to the spec. */
export function readJobRequest(body: unknown, check: Runs['check']): JobRequest {
  if (typeof (body ?? {}) !== 'object' || Array.isArray(body))
    throw new AppError('request_invalid', 'The body must be a JSON object with a member "spec"')
  const spec = (body as { spec?: unknown } | null | undefined)?.spec
  const faults: Fault[] = []
  read(shape, { ...(body as object), spec }, '', faults)
  if (spec === undefined || spec === null) throw new AppError('spec_missing', 'There is no spec', { details: faults })
  const validated = check(spec)
  faults.push(...validated.faults.map(underSpec))
  if (faults.length > 0 || !validated.graph) throw invalid(faults)
  return { body: { spec }, graph: validated.graph, warnings: validated.warnings }
}

/** Work on a graph may find more faults in the spec: they are told where the body has them. */
export async function withPointers<T>(work: Promise<T>): Promise<T> {
  return await work.catch(thrown => {
    const error = toAppError(thrown)
    throw error.code === 'spec_invalid' ? invalid(error.details.map(underSpec), error) : thrown
  })
}

/** A pointer into the spec, as one into the body (and into the job, which shows the spec under the same name). */
export function underSpec({ pointer: at, message }: Fault): Fault {
  return { pointer: `${pointer('', ['spec'])}${at}`, message }
}

function invalid(details: readonly Fault[], cause?: AppError): AppError {
  return new AppError('spec_invalid', printFaults(details, 'The job specification'), { details, cause })
}
